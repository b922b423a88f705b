import Core
import Testing

@Suite struct HexadecimalTests {
  @Test("digits have their values in both cases")
  func values() {
    for byte in UInt8.min...UInt8.max {
      let expected =
        Set("0123456789abcdefABCDEF".utf8).contains(byte)
        ? UInt8(String(decoding: [byte], as: UTF8.self), radix: 16) : nil
      #expect(Hexadecimal.value(byte) == expected, "\(byte)")
    }
  }

  @Test("bytes are written with both their digits")
  func text() {
    let bytes: [UInt8] = [0, 9, 10, 0x7F, 255]
    #expect(Hexadecimal.text(bytes.span) == "00090a7fff")
    #expect(Hexadecimal.text(0xAB, uppercase: true) == "AB")
  }
}
