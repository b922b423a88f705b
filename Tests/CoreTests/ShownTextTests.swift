import Core
import Testing

@Suite("ShownText: what messages show of text and bytes")
struct ShownTextTests {
  static let lines: [([UInt8], String)] = [
    (Array("plain é 漢 👍".utf8), "plain é 漢 👍"), ([], ""),
    (Array("a\nb\r\tc".utf8), #"a\nb\r\tc"#),
    (Array("\u{1B}[1m\u{0}\u{7F}\u{9B}".utf8), #"\u{1b}[1m\u{0}\u{7f}\u{9b}"#),
    (
      Array("\u{202E}\u{2066}\u{2028}\u{2029}\u{FEFF}".utf8),
      #"\u{202e}\u{2066}\u{2028}\u{2029}\u{feff}"#
    ),
    ([0x61, 0xFF, 0x62], #"a\xffb"#), ([0xE2, 0x82], #"\xe2\x82"#),
    // Overlong, and a surrogate: no UTF-8, RFC 3629 §3.
    ([0xC0, 0x8A], #"\xc0\x8a"#), ([0xED, 0xA0, 0x80], #"\xed\xa0\x80"#),
    (Array(#"a\nb"#.utf8), #"a\nb"#),
  ]

  @Test("what could change a terminal or the look of a line is escaped", arguments: lines)
  func line(_ bytes: [UInt8], _ expected: String) {
    #expect(ShownText.line(bytes) == expected)
    #expect(ShownText.line(expected) == expected)
    #expect(ShownText.value(bytes) == expected)
    #expect(Path(bytes).shown == (bytes.isEmpty ? "\"\"" : expected))
  }

  @Test("a value is 200 characters at most, a line is whole")
  func clipped() {
    #expect(ShownText.value([UInt8](repeating: 0x61, count: 200)).count == 200)
    #expect(
      ShownText.value([UInt8](repeating: 0x0A, count: 201))
        == String(repeating: #"\n"#, count: 200) + "…")
    #expect(ShownText.line([UInt8](repeating: 0x61, count: 5_000)).count == 5_000)
  }
}
