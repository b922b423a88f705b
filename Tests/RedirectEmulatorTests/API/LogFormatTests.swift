import Core
import Foundation
import RedirectEmulator
import Testing

@Suite struct LogFormatTests {
  /// What is behind the time of a line with this message.
  private static func message(_ text: String, as format: LogFormat) -> String? {
    let line = LogLine(.info, text, at: Instant(nanoseconds: 0))
    let bytes = String(decoding: format.bytes(of: line), as: UTF8.self)
    let start = format == .json ? #""message":"# : "  info  "
    return bytes.range(of: start).map { String(bytes[$0.upperBound...]) }
  }

  @Test(
    "what could change a terminal or the look of a line is escaped in both formats",
    arguments: [
      ("\n\r\t", #"\n\r\t"#), ("\u{1B}[2J", #"\u001b[2J"#), ("\u{0}\u{7F}", #"\u0000\u007f"#),
      ("a\u{85}\u{9B}b", #"a\u0085\u009bb"#), ("\u{61C}", #"\u061c"#),
      ("\u{200E}\u{202E}\u{2066}", #"\u200e\u202e\u2066"#), ("\u{2028}\u{2029}", #"\u2028\u2029"#),
      ("é😀\u{A0}", "é😀\u{A0}"), ("plain", "plain"),
    ])
  func escapes(_ text: String, _ expected: String) {
    #expect(Self.message(text, as: .text) == expected + "\n")
    #expect(Self.message(text, as: .json) == "\"" + expected + "\"}\n")
  }

  @Test("quotation marks and backslashes are escaped in JSON alone")
  func quotes() {
    #expect(Self.message(#"a"b\c"#, as: .text) == #"a"b\c"# + "\n")
    #expect(Self.message(#"a"b\c"#, as: .json) == #""a\"b\\c"}"# + "\n")
  }
}
