import Core
import Testing

@Suite struct ASCIITests {
  @Test("digits and letters are those of ASCII")
  func kinds() {
    let digits = Set("0123456789".utf8)
    let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    for byte in UInt8.min...UInt8.max {
      #expect(ASCII.isDigit(byte) == digits.contains(byte), "\(byte)")
      #expect(
        ASCII.isLetterOrDigit(byte) == (digits.contains(byte) || letters.contains(byte)), "\(byte)")
    }
    #expect(ASCII.isDigits("0129") && !ASCII.isDigits("") && !ASCII.isDigits("1\u{661}"))
  }

  @Test("texts are compared without the case of ASCII letters, and of no others")
  func withoutCase() {
    #expect("Content-Length".equalsIgnoringCase("cONTENT-lENGTH"))
    #expect(!"Content-Length".equalsIgnoringCase("Content-Lengt"))
    #expect(!"a@".equalsIgnoringCase("a`"))
    #expect(!"\u{C9}".equalsIgnoringCase("\u{E9}"))
  }

  @Test(
    "a byte has a name for messages",
    arguments: [
      (0, "NUL"), (9, "a tab"), (10, "LF"), (13, "CR"), (32, "a space"), (65, "'A'"),
      (1, "byte 0x01"), (0xAB, "byte 0xAB"),
    ] as [(UInt8, String)])
  func names(_ byte: UInt8, _ name: String) {
    #expect(ASCII.name(byte) == name)
  }
}
