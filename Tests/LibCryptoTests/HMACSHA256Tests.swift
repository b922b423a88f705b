import LibCrypto
import Testing

@Suite struct HMACSHA256Tests {
  struct Vector: Sendable {
    var key: [UInt8]
    var data: [UInt8]
    var code: String
  }

  @Test(
    "a code is that of RFC 4231",
    arguments: [
      Vector(
        key: .init(repeating: 0x0b, count: 20), data: utf8("Hi There"),
        code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
      Vector(
        key: utf8("Jefe"), data: utf8("what do ya want for nothing?"),
        code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
      Vector(
        key: .init(repeating: 0xaa, count: 20), data: .init(repeating: 0xdd, count: 50),
        code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
      Vector(
        key: Array(1...25), data: .init(repeating: 0xcd, count: 50),
        code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
      Vector(
        key: .init(repeating: 0xaa, count: 131),
        data: utf8("Test Using Larger Than Block-Size Key - Hash Key First"),
        code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
      Vector(
        key: .init(repeating: 0xaa, count: 131),
        data: utf8(
          "This is a test using a larger than block-size key and a larger than block-size data. "
            + "The key needs to be hashed before being used by the HMAC algorithm."),
        code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ])
  func knownAnswers(vector: Vector) {
    let key = HMACSHA256Key(bytes: vector.key)
    #expect(key.code(for: vector.data).description == vector.code)
    var parts = HMACSHA256(key: key)
    for byte in vector.data { parts.update(byte) }
    #expect(parts.finish().description == vector.code)
  }

  @Test("a key of 64 bytes is used as it is, and one of 65 is hashed")
  func blockSize() {
    let long = [UInt8](repeating: 7, count: 65)
    let hashed = Array(hex(hash(long).description))
    let text = utf8("text")
    #expect(
      HMACSHA256Key(bytes: long).code(for: text)
        == HMACSHA256Key(bytes: hashed).code(for: text))
    #expect(
      HMACSHA256Key(bytes: Array(long.prefix(64))).code(for: text)
        != HMACSHA256Key(bytes: Array(long.prefix(63))).code(for: text))
  }
}
