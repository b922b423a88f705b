import Documents
import Scenarios
import TestSupport
import Testing

@Suite struct PatternTableTests {
  private static func headers(_ patterns: some Sequence<String>) -> String {
    let headers = patterns.enumerated().map { "x-\($0.offset): '\($0.element)'" }
    return "rules: [{ match: { header: { \(headers.joined(separator: ", ")) } }, fault: reset }]"
  }

  @Test("rules with one regular expression share its memory")
  func shared() throws {
    let one = try ScenarioDecoder.decode(Self.headers(["/a*[bc]/"]))
    let many = try ScenarioDecoder.decode(
      Self.headers(Array(repeating: "/a*[bc]/", count: 1_000)))
    #expect(one.patternMemory > 0)
    #expect(many.rules[0].conditions.match.headers.count == 1_000)
    #expect(many.patternMemory == one.patternMemory)
    #expect(many.patternMemory == TextPattern("/a*[bc]/").memory)
  }

  @Test("regular expressions that differ in their bytes alone do not share")
  func bytes() throws {
    let scenario = try ScenarioDecoder.decode(Self.headers(["/^\u{E9}$/", "/^e\u{301}$/"]))
    let patterns = scenario.rules[0].conditions.match.patterns
    #expect(patterns.map { $0.matches("\u{E9}") } == [true, false])
    #expect(patterns.map { $0.matches("e\u{301}") } == [false, true])
  }

  @Test(
    "the regular expressions of a scenario have a memory limit, and the first beyond it is named")
  func limit() throws {
    let each = TextPattern("/(a|b)*a(a|b){300}0/").memory
    let count = Scenario.mostPatternMemory / each
    let patterns = (0...count + 50).map { "/(a|b)*a(a|b){300}\($0)/" }
    let errors = #expect(throws: DocumentErrors.self) {
      try ScenarioDecoder.decode(Self.headers(patterns))
    }
    let issue = try #require(errors?.issues.first)
    #expect(issue.message.contains("together they may need 64 MiB"))
    #expect(issue.target.hasPrefix("rules[0].match.header.x-"))
    _ = try ScenarioDecoder.decode(Self.headers(patterns.prefix(count / 2)))
  }

  @Test("a scenario with thousands of wrong regular expressions is refused with the first hundred")
  func faults() throws {
    let errors = #expect(throws: DocumentErrors.self) {
      try ScenarioDecoder.decode(Self.headers((0..<5_000).map { "/(a\($0)/" }))
    }
    #expect(errors?.issues.count == IssueList.most)
    #expect(errors?.issues.allSatisfy { $0.message.contains("missing )") } == true)
  }
}
