import Scenarios
import TestSupport
import Testing

@Suite struct GlobTests {
  @Test(
    "a glob fits the whole text",
    arguments: [
      ("*@*.com", "a@b.com", true), ("*@*.com", "a@b.org", false), ("a?c", "abc", true),
      ("a?c", "ac", false), ("a?c", "aéc", true), ("a**b", "ab", true), ("*a*b*c", "xaybzc", true),
      ("?", "é", true), ("??", "é", false), ("*?", "é", true), ("*?", "", false),
      ("*??", "é", false), ("*??", "éé", true), ("?*", "📞", true), ("a*a", "a", false),
      ("a*a", "aa", true), ("ab*ba", "aba", false), ("*ab*ab*", "xabx", false),
      ("*ab*ab*", "abab", true), ("*?b*b", "bb", false), ("*?b*b", "abb", true),
      ("a*?*c", "ac", false), ("a*?*c", "abc", true), ("*é*", "née", true), ("n?e*", "née", true),
    ])
  func fits(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try TextPattern(pattern).matches(text) == expected)
  }

  /// Long texts are searched in another way than short ones.
  @Test("a glob fits a long text as the first principles say", arguments: 0..<4 as Range<UInt64>)
  func firstPrinciples(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var fitted = 0
    for _ in 0..<12 {
      let length = Int.random(in: 1...120, using: &random)
      // Parts with a question mark are searched in another way than those without.
      let questions: [Character] = Bool.random(using: &random) ? ["?"] : []
      let part = Self.text(length, of: ["a", "a", "b", "é"] + questions, &random)
      let glob = "*" + part + "*" + (Bool.random(using: &random) ? "?b*" : "")
      let size = Int.random(in: 0...2_000, using: &random)
      var text = Self.text(size, of: ["a", "a", "a", "b", "é"], &random)
      if Bool.random(using: &random) {
        text += part.replacing("?", with: "é") + Self.text(200, of: ["a", "b"], &random)
      }
      let expected = Self.fits(Array(glob), Array(text))
      fitted += expected ? 1 : 0
      #expect(try TextPattern(glob).matches(text) == expected, "\(glob) in \(text)")
    }
    #expect((1...11).contains(fitted))
  }

  /// Trying each place again would look at each byte a thousand times.
  @Test("a glob takes no more time in a text that nearly fits everywhere", .timeLimit(.minutes(10)))
  func linear() throws {
    let text = Array(repeating: UInt8(ascii: "a"), count: 1 << 20)
    let run = String(repeating: "a", count: 1_000)
    #expect(try !TextPattern("*\(run)b*").matches(text))
    #expect(try TextPattern("*\(run)*").matches(text))
    #expect(try !TextPattern("*?\(run)b*").matches(Array(text.prefix(1 << 17))))
    #expect(!TextPattern("*a?a*a*a*b*a").matches(text))
    #expect(!TextPattern("*a*b*c*d*").matches(text))
  }

  private static func text(
    _ count: Int, of characters: [Character], _ random: inout SplitMix64
  ) -> String {
    String(
      (0..<count).map { _ in characters[Int.random(in: 0..<characters.count, using: &random)] })
  }

  /// Which beginnings of the text the glob fits up to each of its characters.
  private static func fits(_ glob: [Character], _ text: [Character]) -> Bool {
    var reached = [true] + Array(repeating: false, count: text.count)
    for character in glob {
      var next = Array(repeating: false, count: text.count + 1)
      for end in 0...text.count {
        if character == "*" {
          next[end] = reached[end] || end > 0 && next[end - 1]
        } else if end > 0 {
          next[end] = reached[end - 1] && (character == "?" || character == text[end - 1])
        }
      }
      reached = next
    }
    return reached[text.count]
  }
}
