import Core
import Documents
import RedirectCall
import Scenarios
import TestSupport
import Testing

@Suite struct WrittenRulesTests {
  /// A scenario through JSON text and the decoder.
  private static func decoded(_ scenario: Scenario) throws -> Scenario {
    let shown = ScenarioEngine(scenario, loadedAt: Instant(nanoseconds: 0)).json()
    return try ScenarioDecoder.decode(
      String(decoding: shown, as: UTF8.self), passingCounters: true)
  }

  @Test(
    "a rule made in code is shown as what the decoder reads as the same rule", arguments: 0..<300)
  func roundTrip(seed: Int) throws {
    var chance = RandomRules(seed: UInt64(seed))
    let scenario = Scenario(
      seed: 3, rules: (0..<4).map { chance.rule("r\($0)") },
      connections: (0..<2).map { chance.connectionRule("c\($0)") },
      events: (0..<2).map { chance.eventRule("e\($0)") })
    try scenario.check()
    let again = try Self.decoded(scenario)
    #expect(again.rules == scenario.rules)
    #expect(again.connections == scenario.connections)
    #expect(again.events == scenario.events)
    #expect(again.seed == scenario.seed)
  }

  @Test(
    "a chance is read as the number that it was",
    arguments: [
      0, 1, 0.5, 0.1, 1e-7, 1.0 / 3, 0.07, 0.29, Double.leastNonzeroMagnitude, 1e-300,
      1 - Double.ulpOfOne / 2,
    ])
  func chances(_ chance: Double) throws {
    #expect(Percentage(Percentage.text(chance))?.fraction == chance)
    let scenario = Scenario(rules: [Rule("a", chance: chance, do: .pass)])
    #expect(try Self.decoded(scenario).rules == scenario.rules)
  }

  @Test(
    "every ready scenario, without its text, is written as the same rules",
    arguments: Fixture.scenarios)
  func fixtures(_ name: String) throws {
    let read = try ScenarioDecoder.decode(Fixture.scenario(name))
    var bare = read
    for index in bare.rules.indices { bare.rules[index].source = nil }
    for index in bare.connections.indices { bare.connections[index].source = nil }
    let again = try Self.decoded(bare)
    #expect(again.rules == read.rules)
    #expect(again.connections == read.connections)
  }

  @Test("every fault of the table can be made in code")
  func faults() {
    let names = Set(RandomRules.faults.map(\.name))
    #expect(names == Set(FaultTable.rows.filter { $0.level == .request }.map(\.name)))
  }
}

/// Rules of chance, all of them right.
private struct RandomRules {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  static let faults: [Fault] = [
    .reset(), .reset(afterBytes: 5), .empty, .hang(), .hang(for: .nanoseconds(1_000_001)),
    .truncate(atBytes: 3), .truncate(), .truncate(at: 1e-7), .wrongLength(), .wrongLength(by: -1),
    .interim(), .interim(count: 2, status: 150), .garbage(), .garbage(bytes: 1), .badStatusLine,
    .badHeader, .badChunk, .duplicateLength, .bodyOn204, .closeAfter, .http10, .notJSON, .badJSON,
    .wrongContentType, .badGzip, .stallRead,
  ]
  // Made again each time: Swift keeps a mark of the case in a pattern's pointers, so that LeakSanitizer finds no way from a
  // global one to what it holds.
  private static var patterns: [TextPattern] {
    [
      "*", "+1425*", "8:acs:x", "a?c", "/^(a|b)+$/", "with \"quotes\" and \u{2028}", "é", "12",
      "true",
    ]
  }

  private mutating func yes(_ part: Double = 0.3) -> Bool {
    Double.random(in: 0..<1, using: &random) < part
  }
  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }
  private mutating func maybe<Value>(_ value: (inout RandomRules) -> Value) -> Value? {
    yes() ? value(&self) : nil
  }
  private mutating func one<Value>(_ values: [Value]) -> Value {
    values[number(0...values.count - 1)]
  }
  private mutating func pattern() -> TextPattern { one(Self.patterns) }

  private mutating func duration() -> Duration {
    .nanoseconds(number(0...one([1_000, 1_000_000_000, 3_600_000_000_000])))
  }

  private mutating func ordinals() -> ClosedRange<Int> {
    let first = number(1...1_000)
    return yes() ? first...Int.max : first...(first + number(0...5))
  }

  private mutating func fraction() -> Double {
    // All magnitudes, not only those near 1.
    Double.random(in: 0...1, using: &random)
      * Double(sign: .plus, exponent: -number(0...300), significand: 1)
  }

  private mutating func window() -> TimeWindow {
    let first = duration()
    return TimeWindow(from: first, until: maybe { first + .nanoseconds(1) + $0.duration() })
  }

  private mutating func match() -> RequestMatch {
    RequestMatch(
      apiVersion: maybe { $0.pattern() }, targetKind: maybe { _ in "phoneNumber" },
      targetID: maybe { $0.pattern() }, context: maybe { $0.pattern() },
      headers: yes() ? [.init("X-A", maybe { $0.pattern() }), .init("x-b", pattern())] : [],
      auth: maybe { $0.one(ScenarioNames.schemes) }, user: maybe { $0.pattern() },
      validity: one(RequestMatch.Validity.allCases))
  }

  private mutating func error(_ depth: Int) -> CommunicationError {
    CommunicationError(
      code: "85\(depth)", message: "a \"message\"\n", target: maybe { _ in "t" },
      details: depth < 2 && yes() ? [error(depth + 1), error(depth + 1)] : [],
      innererror: depth < 2 && yes() ? error(depth + 1) : nil)
  }

  private mutating func respond() -> Respond {
    if yes() {
      return Respond(
        status: one([204, 205, 304]), retryAfterMilliseconds: maybe { $0.number(0...9) })
    }
    var respond = Respond(
      one([200, 429, 503, 599]), code: maybe { _ in "code" }, message: maybe { _ in "message" },
      retryAfter: maybe { $0.duration() },
      headers: yes() ? ["X-A": "1", "Server": nil, "Date": "never"] : [:],
      contentType: maybe { _ in "text/plain" })
    if yes() { respond.error = error(0) }
    if yes() {
      respond.error = nil
      respond.body = one(["", "text", "12", "{\"a\":null}"])
    }
    if yes() { respond.retryAfter = .date(duration()) }
    return respond
  }

  private mutating func delay() -> Delay {
    let lower = Duration.nanoseconds(number(0...1_800_000_000_000))
    let distribution: Delay.Distribution = one([
      .fixed(lower), .uniform(lower, lower + .nanoseconds(number(1...1_000_000_000))),
      .normal(mean: lower, deviation: duration()),
      .logNormal(median: lower, sigma: fraction() * 10),
    ])
    return Delay(distribution, max: maybe { $0.duration() })
  }

  private mutating func pace() -> Pace {
    let every = Duration.nanoseconds(number(1_000_000...3_600_000_000_000))
    return one([
      Pace(chunk: number(1...(1 << 20)), every: every),
      Pace(bytesPerSecond: number(1...(1 << 30))),
      Pace(bytesPerSecond: number(1...(1 << 30)), chunk: number(1...(1 << 20))),
      Pace(bytesPerSecond: number(1...(1 << 30)), every: every),
    ])
  }

  private mutating func action() -> Action {
    Action(
      delay: delay(), respond: maybe { $0.respond() }, fault: maybe { $0.one(Self.faults) },
      pace: maybe { $0.pace() }, afterExecution: yes(), becomes: maybe { _ in "down" })
  }

  mutating func rule(_ name: String) -> Rule {
    let outcome: Outcome =
      switch number(0...3) {
      case 0: .pass
      case 1:
        .sequence(
          (0...number(0...3)).map { _ in
            SequenceStep(times: number(1...9), maybe { $0.action() })
          })
      default: .action(action())
      }
    return Rule(
      name, match: match(), attempts: maybe { $0.ordinals() }, calls: maybe { $0.ordinals() },
      ofCall: maybe { $0.ordinals() }, deliveries: maybe { $0.ordinals() },
      connections: maybe { $0.ordinals() }, every: maybe { $0.number(1...9) },
      chance: maybe { $0.fraction() }, during: maybe { $0.window() },
      over: maybe {
        Budget(
          rate: Rate($0.number(1...1_000_000), per: $0.one(Rate.Unit.allCases)),
          burst: $0.maybe { $0.number(1...1_000_000) })
      },
      state: maybe { _ in "down" }, do: outcome)
  }

  mutating func eventRule(_ name: String) -> EventRule {
    var fault = EventFault(
      duplicate: number(0...10), delay: maybe { $0.delay() }, comesLast: yes(),
      contentType: one(["text/plain", "application/json; charset=utf-16"]),
      pace: maybe { $0.pace() }, cutAfterBytes: maybe { $0.number(0...65_536) })
    if yes() {
      fault.duplicate = 0
      fault.comesLast = false
      fault.batch = number(2...100)
    }
    return EventRule(
      name, calls: maybe { $0.ordinals() }, deliveries: maybe { $0.ordinals() },
      chance: maybe { $0.fraction() }, do: yes() ? .drop : fault)
  }

  mutating func connectionRule(_ name: String) -> ConnectionRule {
    let tls =
      yes()
      ? TLSFault(alert: one(TLSAlert.allCases), noCloseNotify: yes())
      : TLSFault(
        certificate: maybe { $0.one(TLSFault.Certificate.allCases) }, stall: yes(),
        maxVersion: one(TLSFault.Version.allCases), noCloseNotify: yes())
    return ConnectionRule(
      name, connections: maybe { $0.ordinals() }, every: maybe { $0.number(1...9) },
      chance: maybe { $0.fraction() }, during: maybe { $0.window() },
      do: one([.refuse, .silent, .tls(tls)]))
  }
}
