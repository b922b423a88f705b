import LibCrypto
import Testing

@Suite struct ConstantTimeEqualsTests {
  @Test("equal means the same length and the same bytes")
  func equality() {
    let bytes = Array<UInt8>(0..<64)
    #expect(equal(bytes, bytes))
    #expect(equal([UInt8](), [UInt8]()))
    #expect(!equal(bytes, Array(bytes.prefix(63))))
    #expect(!equal([UInt8](), bytes))
    for index in bytes.indices {
      for bit in 0..<8 {
        var other = bytes
        other[index] ^= 1 << bit
        #expect(!equal(bytes, other), "byte \(index), bit \(bit)")
      }
    }
  }
}
