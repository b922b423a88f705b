import Core
import RedirectCall
import Scenarios
import Testing

@Suite struct ScenarioEngineTests {
  static func engine(_ rules: String, seed: Int = 0) throws -> ScenarioEngine {
    let scenario = try ScenarioDecoder.decode("seed: \(seed)\nrules: [\(rules)]\n")
    return ScenarioEngine(scenario, loadedAt: .seconds(1_000))
  }

  /// What a row of requests gets: the rule's name, with its step where it has one.
  static func names(
    _ engine: inout ScenarioEngine, _ requests: [SampleRequest], at seconds: Double = 0
  ) -> [String] {
    requests.map { request in
      guard let decision = engine.decide(request, now: .seconds(1_000 + seconds)) else {
        return "-"
      }
      return decision.ruleName + (decision.step.map { ".\($0)" } ?? "")
    }
  }

  @Test(
    "a condition holds for the requests that it says",
    arguments: [
      ("attempts: 1..2", [1, 2, 3].map { SampleRequest(attempt: $0) }, "aa-"),
      ("attempts: 2", [1, 2, 3].map { SampleRequest(attempt: $0) }, "-a-"),
      ("calls: 3..", [1, 2, 3, 9].map { SampleRequest(call: $0) }, "--aa"),
      ("ofCall: 1..2", [0, 1, 2, 3].map { SampleRequest(ofCall: $0) }, "-aa-"),
      ("ofCall: 1..", [0, 1, 9].map { SampleRequest(ofCall: $0) }, "-aa"),
      ("deliveries: 2..", [0, 1, 2, 3].map { SampleRequest(deliveries: $0) }, "--aa"),
      ("deliveries: 1..", [0, 1, 9].map { SampleRequest(deliveries: $0) }, "-aa"),
      ("connections: 1", [1, 2].map { SampleRequest(connection: $0) }, "a-"),
      ("every: 3", Array(repeating: SampleRequest(), count: 7), "--a--a-"),
      ("state: start", [SampleRequest()], "a"),
      ("state: other", [SampleRequest()], "-"),
      ("during: 0s..30s", [SampleRequest()], "a"),
      ("during: 1s..30s", [SampleRequest()], "-"),
      ("match: { valid: true }", [SampleRequest(), SampleRequest(isValid: false)], "a-"),
      ("match: { valid: false }", [SampleRequest(), SampleRequest(isValid: false)], "-a"),
      ("match: { valid: any }", [SampleRequest(), SampleRequest(isValid: false)], "aa"),
      (
        "match: { apiVersion: '2026-*' }",
        ["2026-03-12", "2025-06-15", nil].map { SampleRequest(apiVersion: $0) }, "a--"
      ),
      (
        "match: { target: { kind: phoneNumber, id: '+1425*' } }",
        [
          SampleRequest(), SampleRequest(targetKind: "unknown"),
          SampleRequest(targetID: "+4930"), SampleRequest(targetID: nil),
        ], "a---"
      ),
      ("match: { context: '/^eyJ/' }", ["eyJh", "H4sI"].map { SampleRequest(context: $0) }, "a-"),
      (
        "match: { auth: userToken }",
        ["userToken", "accessKey", nil].map { SampleRequest(authScheme: $0) },
        "a--"
      ),
      ("match: { auth: none }", ["userToken", nil].map { SampleRequest(authScheme: $0) }, "-a"),
      ("match: { user: '8:acs:*' }", ["8:acs:x", "9", nil].map { SampleRequest(user: $0) }, "a--"),
      (
        "match: { header: { X-Test: 'l?st' } }",
        [
          SampleRequest(headers: ["x-test": "lost"]), SampleRequest(headers: ["x-test": "found"]),
          SampleRequest(),
        ], "a--"
      ),
      (
        "match: { header: { x-test: null } }",
        [SampleRequest(headers: ["x-test": "lost"]), SampleRequest()], "-a"
      ),
      ("chance: 100%", [SampleRequest(), SampleRequest()], "aa"),
      ("chance: 0%", [SampleRequest(), SampleRequest()], "--"),
      (
        "attempts: 2, calls: 2", [SampleRequest(attempt: 2), SampleRequest(attempt: 2, call: 2)],
        "-a"
      ),
    ])
  func conditions(_ condition: String, _ requests: [SampleRequest], _ expected: String) throws {
    var engine = try Self.engine("{ name: a, \(condition), fault: reset }")
    #expect(Self.names(&engine, requests).joined() == expected)
  }

  @Test("the first rule that matches decides, and pass keeps later ones away")
  func firstMatch() throws {
    var engine = try Self.engine(
      "{ name: a, attempts: 2, fault: reset }, { name: b, attempts: 3, pass: true }, { name: c, fault: empty }"
    )
    let requests = [1, 2, 3].map { SampleRequest(attempt: $0) }
    #expect(Self.names(&engine, requests) == ["c", "a", "b"])
    let passed = engine.decide(SampleRequest(attempt: 3), now: .seconds(1_000))
    #expect(passed?.ruleName == "b" && passed?.action == nil)
    #expect(engine.unusedRules == [])
  }

  @Test("a sequence's last step stays, and a step that passes leaves requests alone")
  func sequence() throws {
    var engine = try Self.engine(
      "{ name: a, sequence: [{ times: 2, respond: { status: 503 } }, pass, { fault: empty }] }")
    #expect(
      Self.names(&engine, Array(repeating: SampleRequest(), count: 6))
        == ["a.1", "a.1", "a.2", "a.3", "a.3", "a.3"])
  }

  @Test("a rule can lead to a state that another one asks for")
  func states() throws {
    var engine = try Self.engine(
      "{ name: a, state: start, fault: reset, becomes: down }, "
        + "{ name: b, state: down, every: 2, fault: empty, becomes: up }")
    #expect(
      Self.names(&engine, Array(repeating: SampleRequest(), count: 5))
        == ["a", "-", "b", "-", "-"])
    #expect(engine.currentState == "up")
    engine.reset(now: .seconds(1_000))
    #expect(engine.currentState == "start")
  }

  @Test("a window opens and closes on the clock that is passed in")
  func during() throws {
    var engine = try Self.engine("{ name: a, during: 5s..10s, fault: reset }")
    for (seconds, expected) in [(4.999, "-"), (5, "a"), (9.999, "a"), (10, "-"), (-5, "-")] {
      #expect(Self.names(&engine, [SampleRequest()], at: seconds) == [expected])
    }
    engine.reset(now: .seconds(1_010))
    #expect(Self.names(&engine, [SampleRequest()], at: 16) == ["a"])
  }

  @Test("over holds when the budget is spent, and the budget fills up with time")
  func over() throws {
    var engine = try Self.engine("{ name: a, over: { rate: 5/s, burst: 3 }, fault: reset }")
    let four = Array(repeating: SampleRequest(), count: 4)
    #expect(Self.names(&engine, four).joined() == "---a")
    #expect(Self.names(&engine, four, at: 0.199).joined() == "aaaa")
    #expect(Self.names(&engine, four, at: 0.2).joined() == "-aaa")
    #expect(Self.names(&engine, four, at: 100).joined() == "---a")
    #expect(Self.names(&engine, four, at: 50).joined() == "aaaa")
    #expect(engine.counters[0].matched == 20)
    #expect(engine.counters[0].fired == 13)
  }

  @Test("chance is decided by seed, rule and ordinal, and comes out as often as it says")
  func chance() throws {
    func decisions(_ seed: Int) throws -> [Bool] {
      var engine = try Self.engine("{ chance: 20%, fault: reset }", seed: seed)
      return (0..<100_000).map { _ in
        engine.decide(SampleRequest(), now: .seconds(1_000)) != nil
      }
    }
    let first = try decisions(7)
    #expect(try decisions(7) == first)
    #expect(try decisions(8) != first)
    #expect(abs(Double(first.filter { $0 }.count) - 20_000) < 400)
    // The documented decisions: a change of the hash is a change of everybody's scenarios.
    #expect(first.prefix(40).map { $0 ? "x" : "." }.joined() == Self.seed7)
  }

  static let seed7 = "..x......x..........x.....x....xx..x.x.."

  @Test("counters count what was in question and what was decided")
  func counters() throws {
    var engine = try Self.engine(
      "{ name: a, every: 2, fault: reset }, { name: b, attempts: 2, fault: reset }, { name: c, fault: empty }"
    )
    for _ in 0..<10 { _ = engine.decide(SampleRequest(), now: .seconds(1_000)) }
    #expect(engine.counters.map(\.matched) == [10, 0, 5])
    #expect(engine.counters.map(\.fired) == [5, 0, 5])
    #expect(engine.unusedRules == ["b"])
    engine.reset(now: .seconds(1_000))
    #expect(engine.counters.map(\.fired) == [0, 0, 0])
  }

  /// The name of the rule that decides, `-` for none, `?` where it depends on what is spoken.
  private static func name(_ verdict: ConnectionVerdict) -> String {
    switch verdict {
    case .fault(let decision): decision.ruleName
    case .pass: "-"
    case .undecided: "?"
    }
  }

  @Test("connection rules go by the connection's number, and count")
  func connections() throws {
    var engine = ScenarioEngine(
      try ScenarioDecoder.decode(
        """
        connections:
          - { name: first, connections: 1, fault: { tls: { alert: handshake_failure } } }
          - { name: second, every: 2, fault: refuse }
        """), loadedAt: .seconds(0))
    let names = (1...5).map {
      Self.name(engine.decideConnection(ordinal: $0, speaking: .tls, now: .seconds(0)))
    }
    #expect(names == ["first", "-", "second", "-", "second"])
    #expect(engine.connectionCounters.map(\.matched) == [1, 4])
    // The first one's fault is still to take place.
    #expect(engine.connectionCounters.map(\.fired) == [0, 2])
    #expect(engine.unusedRules == ["first"])
    engine.connectionRuleFired(0)
    #expect(engine.connectionCounters.map(\.fired) == [1, 2])
  }

  @Test("a rule of TLS counts connections over TLS alone, and waits until that is known")
  func connectionsByProtocol() throws {
    var engine = ScenarioEngine(
      try ScenarioDecoder.decode(
        """
        connections:
          - { name: mute, connections: 2, fault: silent }
          - { name: expired, every: 2, fault: { tls: { certificate: expired } } }
          - { name: refused, connections: 3, fault: refuse }
        """), loadedAt: .seconds(0))
    func decide(_ ordinal: Int, _ speech: ConnectionSpeech, from first: Int = 0) -> String {
      Self.name(
        engine.decideConnection(ordinal: ordinal, speaking: speech, from: first, now: .seconds(0)))
    }
    #expect(decide(1, .unknown) == "?")
    #expect(decide(1, .http, from: 1) == "-")
    #expect(decide(2, .unknown) == "mute")
    #expect(decide(3, .unknown) == "?")
    #expect(decide(3, .http, from: 1) == "refused")
    #expect(decide(4, .tls, from: 1) == "-")
    #expect(decide(5, .tls, from: 1) == "expired")
    #expect(engine.connectionCounters.map(\.matched) == [1, 2, 1])
  }

  @Test(
    "an action replaces the operation unless it waits for it or sends its right response",
    arguments: [
      ("respond: { status: 503 }", true), ("fault: reset", true), ("fault: { truncate: {} }", true),
      ("fault: wrongLength", true), ("after: execution, fault: reset", false),
      ("delay: 5ms", false),
      ("pace: { chunk: 1, every: 5ms }", false), ("fault: closeAfter", false),
      ("fault: http10", false), ("fault: interim", false), ("fault: bodyOn204", false),
      ("fault: closeAfter, respond: { status: 503 }", true), ("pass: true", false),
      ("after: execution, respond: { status: 503 }", false),
    ])
  func standsIn(_ action: String, _ expected: Bool) throws {
    var engine = try Self.engine("{ \(action) }")
    let decision = engine.decide(SampleRequest(), now: .seconds(1_000))
    #expect(decision?.standsIn == expected)
  }

  /// A request that counts how often one of its texts was asked for.
  private final class CountingRequest: RequestFacts {
    let isValid = true
    let attempt = 1
    let call = 1
    let ofCall = 1
    let deliveries = 1
    let connection = 1
    private(set) var asked = 0

    var apiVersion: String? { text() }
    var targetKind: String? { text() }
    var targetID: String? { text() }
    var context: String? { text() }
    var authScheme: String? { text() }
    var user: String? { text() }

    func header(_ name: String) -> String? { text() }

    private func text() -> String? {
      asked += 1
      return "text"
    }
  }

  @Test(
    "fifty rules of which none matches ask for a text once, and for none where a number decides",
    arguments: [
      ("attempts: N", 0), ("match: { user: u-N }", 1), ("match: { header: { x-a: a-N } }", 1),
      ("attempts: N, match: { user: u-N }", 0),
    ])
  func manyRules(_ condition: String, _ asked: Int) throws {
    var engine = try Self.engine(
      (2..<52).map { number in
        "{ \(condition.replacing("N", with: "\(number)")), fault: reset }"
      }.joined(separator: ","))
    let request = CountingRequest()
    #expect(engine.decide(request, now: .seconds(1_000)) == nil)
    #expect(request.asked == asked)
  }
}

extension Instant {
  /// Seconds since 1970.
  static func seconds(_ seconds: Double) -> Instant {
    Instant(nanoseconds: Int64((seconds * 1e9).rounded()))
  }
}
