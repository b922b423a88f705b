import Core
import Testing

@Suite struct SpanBytesTests {
  // The macro cannot take a span, which does not escape.
  private func equalsIgnoringCase(_ bytes: [UInt8], _ range: Range<Int>, _ text: StaticString)
    -> Bool
  { bytes.span.holds(ignoringCase: text, in: range) }

  private func equals(_ bytes: [UInt8], _ range: Range<Int>, _ text: StaticString) -> Bool {
    bytes.span.holds(text, in: range)
  }

  @Test("letters alone are compared without case")
  func ignoringCase() {
    let bytes = Array("xKeep-Alive@`".utf8)
    #expect(equalsIgnoringCase(bytes, 1..<11, "keep-alive"))
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
    let trimmed = bytes.span.trimmed(0..<bytes.count)
    #expect(trimmed == expected)
  }

  @Test("two ranges are compared without the case of letters")
  func ranges() {
    let bytes = Array("Host:hOST:h@st".utf8)
    let isSame = bytes.span.equalsIgnoringCase(0..<4, 5..<9)
    let isOther = bytes.span.equalsIgnoringCase(0..<4, 10..<14)
    let isLonger = bytes.span.equalsIgnoringCase(0..<4, 5..<10)
    #expect(isSame && !isOther && !isLonger)
  }

  @Test("a text for a message is one line of ASCII, and cut")
  func quoted() {
    let bytes = Array("a\"b\\c\nd\u{E9}".utf8)
    let whole = bytes.span.quoted(0..<bytes.count)
    let cut = bytes.span.quoted(0..<bytes.count, limit: 2)
    #expect(whole == #""a\"b\\c\nd\xc3\xa9""#)
    #expect(cut == #""a\""…"#)
  }

  @Test(
    "bytes are found at their first place in a range",
    arguments: [
      ("abcabc", "bc", 0..<6, 1), ("abcabc", "bc", 2..<6, 4), ("abcabc", "bc", 2..<5, nil),
      ("abcabc", "abcabca", 0..<6, nil), ("abc", "b", 1..<1, nil), ("", "a", 0..<0, nil),
    ] as [(String, String, Range<Int>, Int?)])
  func finding(_ text: String, _ part: String, _ range: Range<Int>, _ expected: Int?) {
    let bytes = Array(text.utf8)
    let found = bytes.span.first(Array(part.utf8), in: range)
    #expect(found == expected)
  }
}
