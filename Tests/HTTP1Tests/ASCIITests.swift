import HTTP1
import Testing

@Suite("ASCII")
struct ASCIITests {
  @Test("token bytes are exactly those of RFC 9110 §5.6.2")
  func tokens() {
    let allowed = Set(
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    for byte in UInt8.min...UInt8.max {
      #expect(ASCII.isTokenByte(byte) == allowed.contains(byte), "\(byte)")
    }
  }

  @Test("hexadecimal digits have their values in both cases")
  func hexadecimal() {
    for byte in UInt8.min...UInt8.max {
      let expected =
        Set("0123456789abcdefABCDEF".utf8).contains(byte)
        ? UInt8(String(decoding: [byte], as: UTF8.self), radix: 16) : nil
      #expect(ASCII.hexadecimalValue(byte) == expected, "\(byte)")
      #expect(ASCII.isDigit(byte) == Set("0123456789".utf8).contains(byte), "\(byte)")
    }
  }

  // The macro cannot take a span, which does not escape.
  private func equalsIgnoringCase(_ bytes: [UInt8], _ range: Range<Int>, _ text: StaticString)
    -> Bool
  { ASCII.equalsIgnoringCase(bytes.span, range, text) }

  private func equals(_ bytes: [UInt8], _ range: Range<Int>, _ text: StaticString) -> Bool {
    ASCII.equals(bytes.span, range, text)
  }

  @Test("letters alone are compared without case")
  func ignoringCase() {
    let bytes = Array("xKeep-Alive@`".utf8)
    #expect(equalsIgnoringCase(bytes, 1..<11, "keep-alive"))
    #expect(equalsIgnoringCase(bytes, 1..<11, "KEEP-ALIVE"))
    #expect(!equalsIgnoringCase(bytes, 1..<10, "keep-alive"))
    #expect(!equalsIgnoringCase(bytes, 11..<12, "`"))
    #expect(!equals(bytes, 1..<11, "keep-alive"))
    #expect(equals(bytes, 1..<11, "Keep-Alive"))
  }

  @Test(
    "white space is trimmed at both ends",
    arguments: [(" a b\t", 1..<4), ("  ", 2..<2), ("", 0..<0)])
  func trimming(_ text: String, _ expected: Range<Int>) {
    let bytes = Array(text.utf8)
    let trimmed = ASCII.trimmed(bytes.span, 0..<bytes.count)
    #expect(trimmed == expected)
  }

  @Test(
    "a token is not empty and has token bytes only",
    arguments: [("a-1", true), ("", false), ("a b", false)])
  func token(_ text: String, _ expected: Bool) {
    let bytes = Array(text.utf8)
    let isToken = ASCII.isToken(bytes.span, 0..<bytes.count)
    #expect(isToken == expected)
  }
}
