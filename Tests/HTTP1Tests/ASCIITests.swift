import Core
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

  @Test(
    "a token is not empty and has token bytes only",
    arguments: [("a-1", true), ("", false), ("a b", false)])
  func token(_ text: String, _ expected: Bool) {
    let bytes = Array(text.utf8)
    let isToken = ASCII.isToken(bytes.span, 0..<bytes.count)
    #expect(isToken == expected)
  }
}
