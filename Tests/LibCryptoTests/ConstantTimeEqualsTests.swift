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
  @Test("no length leaves a byte uncompared", arguments: 1..<40)
  func lengths(count: Int) {
    let bytes = [UInt8](repeating: 7, count: count)
    #expect(equal(bytes, bytes))
    for index in bytes.indices {
      var other = bytes
      other[index] = 8
      #expect(!equal(bytes, other), "byte \(index)")
    }
  }
}
