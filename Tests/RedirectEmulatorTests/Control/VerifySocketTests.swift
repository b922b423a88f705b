import Foundation
import HTTP1
import RedirectEmulator
import TestSupport
import Testing

@Suite("Verify, over a socket: how attempts ended, which rules fired, what nearly did, and waiting")
struct VerifySocketTests {
  static let id = "0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f"

  /// Sends a redirect on a connection of its own, and reads until that ends.
  /// The same for all tries, whichever second they come in. It is good for 5 minutes before it, too, and so for 9 from now.
  private static let firstSent = Dates.imf(240)

  static func redirect(
    _ emulator: Emulator, id: String? = id, context: String = "ctx", test: String = "none",
    number: String = "+14255550123"
  ) throws {
    var request = RedirectRequest(authorization: "Bearer " + (try emulator.token()))
    request.fields = [("Connection", "close"), ("x-test", test)]
    if let id {
      request.repeatable(
        id: id,
        firstSent: firstSent)
    }
    request.body =
      #"{"incomingCallContext":"\#(context)","target":{"kind":"phoneNumber","phoneNumber":{"value":"\#(number)"}}}"#
    let client = try RawClient(port: emulator.port)
    try client.send(request.bytes)
    _ = try client.readToEnd()
    let seen = emulator.requests.count
    _ = becomesTrue { emulator.requests.allSatisfy { $0.end != nil } && seen > 0 }
  }

  static func verify(_ emulator: Emulator, _ body: String, _ query: String = "") throws
    -> RawResponse
  {
    try ControlClient(port: emulator.port).call("POST", "/_emulator/verify" + query, body)
  }

  @Test("ends, rules and redirects are checked, and a check that fails says what was seen")
  func checks() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        rules:
          - { name: lost, match: { context: ctx }, attempts: 1, fault: reset }
          - { name: late, match: { context: ctx }, attempts: 2, delay: 1ms }
          - { name: other, match: { header: { x-test: other } }, respond: { status: 503 } }
        """)
    try Self.redirect(emulator)
    try Self.redirect(emulator)
    try Self.redirect(emulator, id: nil, context: "plain")
    let rows: [(where: String, expect: String, passed: Bool, says: String)] = [
      (#""context":"ctx""#, #""ends":["reset","answered"]"#, true, "[reset, answered]"),
      (#""context":"ctx""#, #""ends":["answered"]"#, false, "had [reset, answered]"),
      (#""context":"plain""#, #""ends":["answered"]"#, true, "[answered], as expected"),
      ("", #""rules":["lost"]"#, true, "all of them fired"),
      ("", #""rules":["late","lost"]"#, true, "all of them fired"),
      ("", #""rules":["lost","other"]"#, false, "but [other] did not fire"),
      ("", #""rules":[]"#, false, "expected none, but [lost, late] fired"),
      (#""context":"plain""#, #""rules":[]"#, true, "no rule fired"),
      (#""context":"ctx""#, #""redirects":1"#, true, "expected 1, saw 1"),
      (#""context":"ctx""#, #""redirects":0"#, false, "expected 0, saw 1"),
      (#""context":"CTX""#, #""redirects":0"#, true, "no operation was found"),
      ("", #""redirects":2"#, true, "expected 2, saw 2"),
    ]
    for row in rows {
      let answer = try Self.verify(
        emulator, "{\"where\":{\(row.where)},\"expect\":{\(row.expect)}}")
      #expect(answer.status == (row.passed ? 200 : 417), "\(row): \(answer.text)")
      #expect(answer.text.contains(row.says), "\(row): \(answer.text)")
      let calm = try Self.verify(
        emulator, "{\"where\":{\(row.where)},\"expect\":{\(row.expect)}}", "?status=200")
      #expect(calm.status == 200, "\(row): \(calm.text)")
      #expect(try calm.json()["passed"].flag == row.passed, "\(row): \(calm.text)")
    }
  }

  @Test(
    "what verify cannot be asked is refused, with where it is and what is allowed",
    arguments: [
      (#"{"expect":{}}"#, "", "'expect' must be an object with at least one of operations"),
      (#"{"expect":{"ends":["rest"]}}"#, "", "answered, closed, reset, clientLeft"),
      (#"{"expect":{"rules":"lost"}}"#, "", "expect.rules"),
      (#"{"expect":{"redirects":1}}"#, "?status=204", "expected 200"),
      (#"{"expect":{"redirects":1}}"#, "?within=soon", "expected a duration"),
      (#"{"expect":{"redirects":1}}"#, "?within=11m", "at most 10m"),
      (#"{"expect":{"redirects":1}}"#, "?within=1s&within=2s", "given twice"),
      (#"{"expect":{}}"#, "?within=10s", "'expect' must be"),
    ])
  func refused(body: String, query: String, says: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try Self.verify(emulator, body, query)
    #expect(answer.status == 400)
    #expect(answer.text.contains(says), "\(answer.text)")
    #expect(!answer.text.contains("expect.expect"), "\(answer.text)")
  }

  @Test(
    "a failed check names the rule that nearly fired, and the condition by which it did not",
    arguments: [
      ("attempts: 2, match: { header: { x-test: a } }", ["attempts: 2"], "it was try 1"),
      ("calls: 2..3", ["calls: 2..3"], "it was of logical request 1"),
      ("connections: 99", ["connections: 99"], "it came on connection"),
      (
        "match: { target: { id: \"+1206*\" } }", ["match.target.id: +1206*"],
        "it had '+14255550123'"
      ),
      ("match: { header: { x-test: b } }", ["match.header.x-test: b"], "it had 'a'"),
      ("match: { header: { x-none: b } }", ["match.header.x-none: b"], "it had none"),
      ("match: { header: { x-test: null } }", ["match.header.x-test: null"], "it had 'a'"),
      ("match: { auth: accessKey }", ["match.auth: accessKey"], "it had userToken"),
      ("match: { valid: false }", ["match.valid: false"], "it passed all checks"),
      ("match: { apiVersion: \"2023*\" }", ["match.apiVersion: 2023*"], "it had '2026-03-12'"),
      ("match: { context: other }", ["match.context: other"], "it had 'ctx'"),
      ("during: 1h..", ["during: 3600s.."], "after the rules were loaded"),
      ("every: 2", ["every: 2"], "did not choose it"),
      ("chance: 0%", ["chance: 0%"], "did not choose it"),
      (
        "attempts: 2.., match: { auth: entra }", ["attempts: 2..", "match.auth: entra"],
        "it was try 1, and 'match.auth: entra' does not hold"
      ),
    ])
  func nearly(conditions: String, unmet: [String], says: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        rules:
          - { name: throttled, \(conditions), respond: { status: 429 } }
          - { name: far, attempts: 9, calls: 9, match: { auth: other }, respond: { status: 500 } }
        """)
    try Self.redirect(emulator, test: "a")
    for expected in [#""finalStatus":429"#, #""rules":["throttled"]"#] {
      let check = try Self.verify(emulator, "{\"expect\":{\(expected)}}").json()["checks"][0]
      #expect(check["nearly"]["rule"].text == "throttled", "\(check)")
      #expect(check["nearly"]["request"].number == 1, "\(check)")
      #expect(check["nearly"]["conditions"].items.map(\.text) == unmet, "\(check)")
      let message = check["message"].text ?? ""
      #expect(message.contains("the rule 'throttled' nearly fired for request 1"), "\(check)")
      #expect(message.contains(says), "\(check)")
    }
  }

  @Test("of a request that a rule decided no other rule is named, unless the check names it")
  func decided() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        rules:
          - { name: of a call, ofCall: 1, respond: { status: 429 } }
          - { name: in a test, attempts: 1, respond: { status: 429 } }
        """)
    try Self.redirect(emulator)
    let wrong = try Self.verify(emulator, #"{"expect":{"statuses":[204]}}"#)
    #expect(wrong.status == 417 && !wrong.text.contains("nearly"), "\(wrong.text)")
    let named = try Self.verify(emulator, #"{"expect":{"rules":["of a call"]}}"#)
    #expect(named.text.contains("the rule 'of a call' nearly fired"), "\(named.text)")
  }

  @Test("a rule behind another one, and a rule that is not there, are named")
  func shadowed() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        rules:
          - { name: all, respond: { status: 503 } }
          - { name: throttled, respond: { status: 429 } }
        """)
    try Self.redirect(emulator)
    let shadowed = try Self.verify(emulator, #"{"expect":{"rules":["throttled"]}}"#)
    #expect(shadowed.text.contains("but 'all' above it decided"), "\(shadowed.text)")
    let unknown = try Self.verify(emulator, #"{"expect":{"rules":["throtled"]}}"#)
    #expect(unknown.text.contains("no rule is called 'throtled'"), "\(unknown.text)")
    #expect(unknown.text.contains("Did you mean 'throttled'?"), "\(unknown.text)")
    let passed = try Self.verify(emulator, #"{"expect":{"rules":["all"]}}"#)
    #expect(!passed.text.contains("nearly"), "\(passed.text)")
  }

  @Test("with 'within' it waits until all holds: for a redirect that comes later, and for its end")
  func waits() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(scenario: "rules: [{ name: slow, attempts: 2, delay: 20ms }]")
    let waiting = try RawClient(port: emulator.port)
    try waiting.send(
      ControlClient.bytes(
        "POST", "/_emulator/verify?within=10m",
        #"{"expect":{"statuses":[204,204],"rules":["slow"]}}"#))
    try Self.redirect(emulator)
    #expect(try !waiting.hasInput())
    try Self.redirect(emulator)
    let answer = try waiting.readResponse()
    #expect(answer.status == 200, "\(answer.text)")
    // The connection continues.
    try waiting.send(ControlClient.bytes("GET", "/_emulator/health"))
    #expect(try waiting.readResponse().status == 200)
  }

  @Test("when the time is over it answers with what there is")
  func timesOut() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try Self.verify(emulator, #"{"expect":{"redirects":1}}"#, "?within=20ms")
    #expect(answer.status == 417, "\(answer.text)")
    #expect(answer.text.contains("expected 1, saw 0"), "\(answer.text)")
    #expect(try Self.verify(emulator, #"{"expect":{"redirects":0}}"#, "?within=0s").status == 200)
  }

  @Test("a resource that is removed, and an emulator that stops, end the wait at once")
  func ends() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    _ = try emulator.makeResource(ResourceSettings(name: "gone"))
    let removed = try RawClient(port: emulator.port)
    let question = #"{"expect":{"redirects":1}}"#
    try removed.send(
      ControlClient.bytes("POST", "/_emulator/resources/gone/verify?within=10m", question))
    // Removing it is a job behind the one that begins the wait.
    #expect(
      try ControlClient(port: emulator.port).call("DELETE", "/_emulator/resources/gone").status
        == 200)
    #expect(try removed.readResponse().status == 417)

    let stopped = try RawClient(port: emulator.port)
    try stopped.send(ControlClient.bytes("POST", "/_emulator/verify?within=10m", question))
    // A further call is served behind it, so that it waits by now.
    _ = try Self.verify(emulator, question)
    emulator.stop()
    #expect(try stopped.readResponse().status == 417)
  }

  @Test("only this many wait at one resource, and who has left does not wait any more")
  func limit() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let question = #"{"expect":{"redirects":1}}"#
    let waiting = try (0..<64).map { _ in
      let client = try RawClient(port: emulator.port)
      try client.send(ControlClient.bytes("POST", "/_emulator/verify?within=10m", question))
      return client
    }
    let refused = try Self.verify(emulator, question, "?within=10m")
    #expect(refused.status == 503, "\(refused.text)")
    #expect(refused.text.contains("64 may"), "\(refused.text)")
    for client in waiting { client.abort() }
    #expect(
      try becomesTrue { try Self.verify(emulator, question, "?within=0s").status == 417 })
  }

  @Test(
    "while it waits, its question counts as memory; when it is over, or its client has left, no more"
  )
  func memory() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    func used() throws -> Int { try control.metric("memory_bytes{kind=\"body\"}") }
    let before = try used()
    let name = String(repeating: "x", count: 10_000)
    let question = "{\"expect\":{\"rules\":[\"\(name)\"]}}"
    let waiting = try RawClient(port: emulator.port)
    try waiting.send(ControlClient.bytes("POST", "/_emulator/verify?within=10m", question))
    #expect(try becomesTrue { try used() > before + 10_000 })
    waiting.abort()
    #expect(try becomesTrue { try used() == before })
    #expect(try Self.verify(emulator, question, "?within=1ms").status == 417)
    #expect(try becomesTrue { try used() == before })
  }

  @Test("a question that the journal can no longer response does not wait")
  func incomplete() async throws {
    var configuration = Configuration()
    configuration.journalLimit = 1
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    for _ in 0..<2 { try Self.redirect(emulator, id: nil) }
    let answer = try Self.verify(emulator, #"{"expect":{"redirects":2}}"#, "?within=10m")
    #expect(answer.status == 417)
    #expect(try answer.json()["incomplete"].flag == true, "\(answer.text)")
  }

  @Test("in Swift, too, a verification waits for a redirect that comes later")
  func swift() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    async let later = emulator.defaultResource.verify(
      Expectations(executed: 1), within: .seconds(600))
    try Self.redirect(emulator)
    #expect(await later.passed)
    let never = await emulator.defaultResource.verify(
      Expectations(executed: 2), within: .milliseconds(20))
    #expect(!never.passed && !never.failures.isEmpty)
  }
}
