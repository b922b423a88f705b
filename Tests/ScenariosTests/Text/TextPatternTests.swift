import Scenarios
import Testing

@Suite struct TextPatternTests {
  @Test(
    "a pattern fits the texts that it says",
    arguments: [
      ("abc", "abc", true), ("abc", "abcd", false), ("", "", true), ("", "a", false),
      ("*", "", true), ("+1425*", "+14255550123", true), ("+1425*", "+1426", false),
      ("*@*.com", "a@b.com", true), ("*@*.com", "a@b.org", false), ("a?c", "abc", true),
      ("a?c", "ac", false), ("a?c", "aéc", true), ("a**b", "ab", true), ("*a*b*c", "xaybzc", true),
      ("/bc/", "abcd", true), ("/^bc/", "abcd", false), ("/^a.*d$/", "abcd", true),
      ("/^(ab|cd)+$/", "abcdab", true), ("/^(ab|cd)+$/", "abc", false),
      ("/^\\+\\d{3,5}$/", "+1425", true), ("/^\\+\\d{3,5}$/", "+14", false),
      ("/^\\+\\d{3,5}$/", "+123456", false), ("/^[^a-c]x?$/", "dx", true),
      ("/^[^a-c]x?$/", "bx", false), ("/^[]x]$/", "]", true), ("/^(?:a|b){2}$/", "ba", true),
      ("/^\\w+\\s\\S$/", "ab c", true), ("/é./", "née", true), ("/a|/", "zzz", true),
      ("/^a{2,}$/", "a", false), ("/^a{2,}$/", "aaaa", true), ("/^(a*)*$/", "aaa", true),
      ("/^a*?b/", "aab", true), ("//", "x", true), ("/", "/", true), ("/[\\d-]+$/", "1-2", true),
    ])
  func fits(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try TextPattern(pattern).matches(text) == expected)
  }

  @Test(
    "a regular expression that is none is refused",
    arguments: [
      "/(/", "/)/", "/[/", "/*a/", "/a{2/", "/a{3,2}/", "/a{99999}/", "/(a{1000}){1000}/", "/\\/",
      "/\\q/", "/[z-a]/", "/(?=a)/", String(repeating: "a", count: 2_000),
      "/" + String(repeating: "(", count: 100) + "/",
    ])
  func refused(_ pattern: String) {
    #expect(throws: PatternError.self) { try TextPattern(pattern) }
  }

  /// With backtracking it would not end within a lifetime.
  @Test("no expression takes more time than text times expression", .timeLimit(.minutes(10)))
  func linear() {
    let pattern: TextPattern = "/^(a+)+(a|aa)+(a*)*$/"
    #expect(!pattern.matches(String(repeating: "a", count: 2_000) + "!"))
  }

  @Test(
    "a pattern covers another where everything that fits that one fits it",
    arguments: [
      ("*", "a?", true), ("a*", "ab", true), ("a*", "ab*", true), ("ab*", "a*", false),
      ("/b/", "abc", true), ("a", "a", true), ("a", "b", false),
    ])
  func covers(_ pattern: String, _ other: String, _ expected: Bool) throws {
    #expect(try TextPattern(pattern).covers(TextPattern(other)) == expected)
  }
}
