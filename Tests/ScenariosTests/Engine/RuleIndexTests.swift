import Core
import RedirectCall
import Scenarios
import TestSupport
import Testing

@Suite struct RuleIndexTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  private static func scenario(_ rules: [String]) throws -> Scenario {
    try ScenarioDecoder.decode("seed: 7\nrules:\n" + rules.map { "- { \($0) }\n" }.joined())
  }

  /// How many rules a request asks of which none matches.
  private static func asked(_ rules: [String], _ request: SampleRequest) throws -> Int {
    var engine = ScenarioEngine(try scenario(rules), loadedAt: start)
    #expect(engine.decide(request, now: start) == nil)
    return engine.rulesAsked
  }

  @Test(
    "a thousand rules of which none matches cost no more than ten",
    arguments: [
      { "match: { target: { id: '+1999555\($0)' } }" },
      { "match: { target: { id: '+1999555\($0)*' } }" },
      { "match: { target: { kind: phoneNumber, id: '8:acs:\($0)?x*' } }" },
      { "match: { apiVersion: '2027-01-\($0)' }" },
      { "match: { header: { X-Test: 'case-\($0)' } }" },
      { "match: { header: { X-Test: 'case-\($0)-*' }, apiVersion: '2026-03-12' }" },
      { "match: { user: '8:acs:user-\($0)', auth: accessKey }" },
      { "calls: \($0 + 100)" },
      { "attempts: 1..3, calls: \(2 * $0 + 100)..\(2 * $0 + 103)" },
      { "connections: \($0 + 100)" },
      { "state: 's\($0)'" },
    ] as [@Sendable (Int) -> String])
  func none(condition: @Sendable (Int) -> String) throws {
    let request = SampleRequest(headers: ["x-test": "other"])
    let rules = (0..<1_000).map { "fault: reset, \(condition($0))" }
    #expect(try Self.asked(Array(rules.prefix(10)), request) == 10)
    #expect(try Self.asked(rules, request) <= 10)
  }

  @Test("of a thousand rules the one that matches is asked, and few others")
  func one() throws {
    let rules = (0..<1_000).map {
      "name: r\($0), fault: reset, match: { target: { id: '+1425555\(1_000 + $0)' } }"
    }
    var engine = ScenarioEngine(try Self.scenario(rules), loadedAt: Self.start)
    let request = SampleRequest(targetID: "+14255551777")
    #expect(engine.decide(request, now: Self.start)?.ruleName == "r777")
    #expect(engine.rulesAsked == 1)
  }

  @Test("rules that ask for nothing that can be looked up are asked in their place")
  func order() throws {
    var rules = (0..<100).map {
      "name: r\($0), fault: reset, match: { target: { id: '+1\($0)' } }"
    }
    rules.insert("name: every, every: 2, fault: empty", at: 50)
    var engine = ScenarioEngine(try Self.scenario(rules), loadedAt: Self.start)
    let seen = ["+149", "+150", "+150", "+149"].map {
      engine.decide(SampleRequest(targetID: $0), now: Self.start)?.ruleName
    }
    #expect(seen == ["r49", "r50", "every", "r49"])
  }

  @Test("the index decides and counts as asking all rules does", arguments: 0..<40)
  func differential(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let rules = (0..<Int.random(in: 1...120, using: &random)).map { _ in Self.rule(&random) }
    let scenario = try Self.scenario(rules)
    var indexed = ScenarioEngine(scenario, loadedAt: Self.start)
    var linear = ScenarioEngine(scenario, loadedAt: Self.start, usesIndex: false)
    for number in 0..<300 {
      let request = Self.request(&random)
      let now = Instant(nanoseconds: Self.start.nanoseconds + Int64(number) * 20_000_000)
      let (one, other) = (indexed.decide(request, now: now), linear.decide(request, now: now))
      #expect(one?.ruleIndex == other?.ruleIndex)
      #expect(one?.step == other?.step)
      #expect(one?.delay == other?.delay)
    }
    #expect(indexed.counters == linear.counters)
    #expect(indexed.currentState == linear.currentState)
    #expect(indexed.rulesAsked <= linear.rulesAsked)
  }

  private static let ids = [
    "+1425", "+14255550123", "+49", "+1425555?123", "8:acs:x", "4:+1425", "",
  ]
  private static let states = ["start", "down", "up"]

  private static func rule(_ random: inout SplitMix64) -> String {
    func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &random) < part }
    func one(_ values: [String]) -> String { values.randomElement(using: &random) ?? "" }
    func number(_ most: Int) -> Int { Int.random(in: 1...most, using: &random) }
    func pattern(_ values: [String]) -> String {
      let value = one(values)
      return chance(0.3) ? "'\(value)*'" : chance(0.1) ? "'/\(value.prefix(0))5/'" : "'\(value)'"
    }
    var match: [String] = []
    if chance(0.5) { match.append("target: { id: \(pattern(ids)) }") }
    if chance(0.2) { match.append("apiVersion: \(pattern(["2026-03-12", "2025-06-15"]))") }
    if chance(0.3) {
      match.append("header: { X-Test: \(chance(0.3) ? "null" : pattern(["a", "ab"])) }")
    }
    if chance(0.2) { match.append("auth: \(one(ScenarioNames.schemes))") }
    if chance(0.2) { match.append("user: \(pattern(["8:acs:u", "8:acs:v"]))") }
    if chance(0.2) { match.append("context: \(pattern(["eyJ", "H4sI"]))") }
    if chance(0.2) { match.append("valid: \(one(["false", "any"]))") }
    var parts = ["delay: { uniform: 1ms..9ms }"]
    if !match.isEmpty { parts.append("match: { \(match.joined(separator: ", ")) }") }
    if chance(0.3) { parts.append("attempts: \(number(3))..") }
    if chance(0.3) {
      let first = number(20)
      parts.append("calls: \(first)..\(first + number(12) - 1)")
    }
    if chance(0.1) { parts.append("connections: \(number(3))") }
    if chance(0.1) { parts.append("every: \(number(3))") }
    if chance(0.2) { parts.append("chance: 40%") }
    if chance(0.1) { parts.append("during: \(number(2))s..\(number(4) + 2)s") }
    if chance(0.1) { parts.append("over: { rate: 2/s }") }
    if chance(0.2) { parts.append("state: \(one(states))") }
    if chance(0.2) { parts.append("becomes: \(one(states))") }
    return parts.joined(separator: ", ")
  }

  private static func request(_ random: inout SplitMix64) -> SampleRequest {
    func one(_ values: [String?]) -> String? { values.randomElement(using: &random) ?? nil }
    return SampleRequest(
      isValid: Int.random(in: 0..<5, using: &random) > 0,
      attempt: Int.random(in: 1...4, using: &random), call: Int.random(in: 1...30, using: &random),
      connection: Int.random(in: 1...4, using: &random),
      apiVersion: one(["2026-03-12", "2025-06-15", nil]), targetKind: "phoneNumber",
      targetID: one(ids + [nil]), context: one(["eyJh", "H4sI", nil]),
      authScheme: one(["userToken", "accessKey", "entra", nil]), user: one(["8:acs:u", nil]),
      headers: one(["a", "ab", "b", nil]).map { ["x-test": $0] } ?? [:])
  }
}
