import LibCrypto
import Testing

@Suite struct SecureRandomTests {
  @Test("bytes differ from call to call, and all of them are filled")
  func bytes() {
    #expect(SecureRandom.bytes(count: 32) != SecureRandom.bytes(count: 32))
    #expect(SecureRandom.bytes(count: 0).isEmpty)
    // A million zero bytes beyond the first step would show a short fill.
    let many = SecureRandom.bytes(count: (1 << 20) + 4_096)
    #expect(many.suffix(4_096).contains { $0 != 0 })
  }

  @Test("a UUID has the shape of version 4, and none comes twice")
  func uuids() {
    var generator = UUIDGenerator(blockSize: 100)
    var seen: Set<String> = []
    for _ in 0..<2_000 {
      var text: [UInt8] = utf8("x")
      generator.append(to: &text)
      #expect(text.count == 1 + UUIDGenerator.textLength)
      seen.insert(String(decoding: text.dropFirst(), as: UTF8.self))
    }
    #expect(seen.count == 2_000)
    for uuid in seen {
      let wellFormed = uuid.wholeMatch(
        of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
      #expect(wellFormed != nil, "\(uuid)")
    }
    #expect(SecureRandom.uuid() != SecureRandom.uuid())
  }
}
