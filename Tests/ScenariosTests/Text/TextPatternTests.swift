import Scenarios
import Testing

@Suite struct TextPatternTests {
  @Test(
    "a pattern fits the texts that it says",
    arguments: [
      ("abc", "abc", true), ("abc", "abcd", false), ("", "", true), ("", "a", false),
      ("*", "", true), ("+1425*", "+14255550123", true), ("+1425*", "+1426", false),
      ("/bc/", "abcd", true), ("/^bc/", "abcd", false), ("/^a.*d$/", "abcd", true),
      ("/^(ab|cd)+$/", "abcdab", true), ("/^(ab|cd)+$/", "abc", false),
      ("/^\\+\\d{3,5}$/", "+1425", true), ("/^\\+\\d{3,5}$/", "+14", false),
      ("/^\\+\\d{3,5}$/", "+123456", false), ("/^[^a-c]x?$/", "dx", true),
      ("/^[^a-c]x?$/", "bx", false), ("/^[]x]$/", "]", true), ("/^(?:a|b){2}$/", "ba", true),
      ("/^\\w+\\s\\S$/", "ab c", true), ("/é./", "née", true), ("/a|/", "zzz", true),
      ("/^a{2,}$/", "a", false), ("/^a{2,}$/", "aaaa", true), ("/^(a*)*$/", "aaa", true),
      ("/^a*?b/", "aab", true), ("//", "x", true), ("/", "/", true), ("/[\\d-]+$/", "1-2", true),
      // Case, and the dot at the end of a line.
      ("/abc/", "xABCx", false), ("/(?i)abc/", "xABCx", true), ("/a(?i:b)c/", "aBc", true),
      ("/a(?i:b)c/", "ABC", false), ("/(?i)straße/", "STRASSE", false), ("/(?i)é/", "É", true),
      ("/a.b/", "a\nb", false), ("/(?s)a.b/", "a\nb", true), ("/^b$/", "a\nb", false),
      ("/(?m)^b$/", "a\nb", true),
      // Classes.
      ("/^[[:alpha:]]+$/", "abc", true), ("/^[[:alpha:]]+$/", "ab1", false),
      ("/^[^\\D5]+$/", "123", true), ("/^[^\\D5]+$/", "153", false), ("/\\bcat\\b/", "a cat", true),
      ("/\\bcat\\b/", "concat", false), ("/^\\p{Greek}+$/", "αβγ", true),
      ("/^\\p{Greek}+$/", "αbγ", false), ("/^\\p{Lu}/", "Éa", true), ("/^\\pN$/", "٣", true),
      ("/^\\PN$/", "٣", false), ("/^\\w$/", "é", false), ("/^.$/", "📞", true),
      ("/\\x{1F4DE}/", "📞", true), ("/^\\Qa.b\\E$/", "a.b", true), ("/^\\Qa.b\\E$/", "axb", false),
      // A pattern that is not a regular expression though it looks like one.
      ("/x/i", "x", false), ("/x/i", "/x/i", true),
    ])
  func fits(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try TextPattern(pattern).matches(text) == expected)
  }

  @Test(
    "bytes that are not UTF-8 are seen as U+FFFD by a regular expression",
    arguments: [
      ("/^a.b$/", [0x61, 0xE9, 0x62], true), ("/^a\\x{FFFD}b$/", [0x61, 0xE9, 0x62], true),
      ("/^a\\w*b$/", [0x61, 0xE9, 0x62], false), ("/^aéb$/", [0x61, 0xE9, 0x62], false),
      ("/^..$/", [0xFF, 0xFE], true), ("/^.$/", [0xFF, 0xFE], false),
    ] as [(String, [UInt8], Bool)])
  func repairs(_ pattern: String, _ bytes: [UInt8], _ expected: Bool) throws {
    #expect(try TextPattern(pattern).matches(bytes) == expected)
  }

  @Test(
    "the larger a regular expression is, the less of a text it reads, so that none takes long",
    arguments: [
      ("/b$/", 16_384), ("/^\\+1425\\d{7}$/", 16_384), ("/(?i)\\p{L}+\\d/", 666),
      ("/((a?){30}){30}a!/", 442),
    ])
  func textLimit(_ source: String, _ limit: Int) throws {
    let pattern = try TextPattern(source)
    #expect(pattern.textLimit == limit)
    #expect(TextPattern("a*b").textLimit == nil)
  }

  @Test("a large regular expression fits what is within its part of the text, and nothing behind")
  func largeExpression() throws {
    let pattern = TextPattern("/(?i)\\p{L}+\\d/")
    let limit = try #require(pattern.textLimit)
    #expect(pattern.matches("ÄÖ7"))
    #expect(pattern.matches(String(repeating: "a", count: limit - 1) + "7"))
    #expect(!pattern.matches(String(repeating: "a", count: limit) + "7"))
    // The last byte of its part is the first one of a character.
    #expect(!pattern.matches(String(repeating: "a", count: limit - 1) + "é7"))
  }

  @Test("a regular expression reads the first 16 KiB, in whole characters")
  func cut() {
    let start = String(repeating: "a", count: TextPattern.longestText - 1)
    #expect(TextPattern("/b$/").matches(start + "b"))
    #expect(!TextPattern("/c/").matches(start + "bc"))
    #expect(TextPattern("/b$/").matches(start + "bc"))
    // The 16,384th byte is the first one of a character.
    #expect(TextPattern("/^a+$/").matches(start + "é"))
    #expect(TextPattern("/^a+$/").matches(String(start.dropLast(2)) + "📞"))
    #expect(TextPattern("/^a+é$/").matches(String(start.dropLast()) + "éa"))
  }

  @Test(
    "a regular expression that can't be read is refused with the place",
    arguments: [
      ("/(/", 2, "missing )"), ("/ab)c/", 3, "unexpected )"), ("/(a)b)c)/", 5, "unexpected )"),
      ("/[/", 1, "missing ] '['"), ("/[a][b/", 4, "missing ] '[b'"),
      ("/*a/", 1, "no argument for repetition operator '*'"),
      ("/a|*/", 3, "no argument for repetition operator '*'"),
      ("/a{3,2}/", 2, "invalid repetition size '{3,2}'"),
      ("/a{1001}/", 2, "invalid repetition size '{1001}'"),
      ("/a**/", 2, "bad repetition operator '**'"),
      ("/\\/", 2, "trailing \\"), ("/\\q/", 1, "invalid escape sequence '\\q'"),
      // The same text is right in one place and wrong in another.
      ("/\\\\q\\q/", 4, "invalid escape sequence '\\q'"),
      ("/éé[z-a]/", 4, "invalid character class range 'z-a'"),
      ("/z-a[z-a]/", 5, "invalid character class range 'z-a'"),
      ("/x[[:foo:]]/", 3, "invalid character class range '[:foo:]'"),
      ("/\\p{Klingon}/", 1, "invalid character class range '\\p{Klingon}'"),
      ("/ab(?=c)/", 3, "invalid perl operator '(?='"),
      ("/(a)\\1/", 4, "invalid escape sequence '\\1'"),
    ])
  func refused(_ pattern: String, _ offset: Int, _ words: String) {
    let error = #expect(throws: PatternError.self) { try TextPattern(pattern) }
    #expect(error?.offset == offset)
    #expect(
      error?.message
        == "The regular expression is wrong at character \(offset + 1) of the pattern: \(words).")
  }

  @Test(
    "a pattern that is too large is refused, with what makes it so",
    arguments: [
      "/(ab|cd){1000}/", "/((ab?c){30}){30}/", "/\\p{L}{10}/", "/(?i)(\\pL|\\pN){500}x/",
    ])
  func tooLarge(_ pattern: String) {
    let error = #expect(throws: PatternError.self) { try TextPattern(pattern) }
    #expect(error?.message.contains("more than 2000 instructions") == true, "\(error as Any)")
    #expect(error?.offset == nil)
  }

  @Test("a pattern that is too long is refused")
  func tooLong() throws {
    #expect(throws: PatternError.self) { try TextPattern(String(repeating: "a", count: 1_025)) }
    _ = try TextPattern(String(repeating: "a", count: 1_024))
  }

  /// With backtracking these would not end within a lifetime.
  @Test(
    "no regular expression takes more time than a text times its own size",
    .timeLimit(.minutes(10)),
    arguments: [
      "/^(a+)+(a|aa)+(a*)*$/", "/a*[bc]/", "/\\w*[-+]\\d/", "/(x+x+)+y/", "/(a|b)*a(a|b){100}c/",
      "/(.*)(.*)(.*)(.*)(.*)[^a!]/",
    ])
  func linear(_ source: String) throws {
    let pattern = try TextPattern(source)
    #expect(!pattern.matches(String(repeating: "a", count: 16_382) + "!"))
  }

  @Test("the memory of a regular expression grows with its program and stays below 1 MiB")
  func memory() {
    #expect(TextPattern("abc*d").memory == 0)
    let small = TextPattern("/a*[bc]/").memory
    let large = TextPattern("/(a|b)*a(a|b){300}/").memory
    #expect((1...32_768).contains(small))
    #expect((small * 4...1 << 20).contains(large))
  }

  @Test("patterns that are written with other bytes are others, though their strings are equal")
  func equality() {
    let one = TextPattern("\u{E9}")
    let other = TextPattern("e\u{301}")
    #expect(one.source == other.source)
    #expect(one != other)
    #expect(one == TextPattern("\u{E9}"))
    #expect(TextPattern("/a(b)/") == TextPattern("/a(b)/"))
    #expect(Set([TextPattern("/a/"), TextPattern("/a/"), TextPattern("/b/")]).count == 2)
  }

  @Test(
    "a pattern covers another where everything that fits that one fits it",
    arguments: [
      ("*", "a?", true), ("a*", "ab", true), ("a*", "ab*", true), ("ab*", "a*", false),
      ("/b/", "abc", true), ("a", "a", true), ("a", "b", false), ("/b/", "/b/", true),
    ])
  func covers(_ pattern: String, _ other: String, _ expected: Bool) throws {
    #expect(try TextPattern(pattern).covers(TextPattern(other)) == expected)
  }
}
