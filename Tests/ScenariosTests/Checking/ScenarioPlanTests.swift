import RedirectCall
import Scenarios
import Testing

@Suite struct ScenarioPlanTests {
  static let assumption = """

    Assumed: each request is valid (unless 'match' says otherwise) and the first try of a call of its own, all on
    the first connection and at the moment of loading.

    """

  @Test("a plan tells what each request gets")
  func plan() throws {
    let scenario = try ScenarioDecoder.decode(
      """
      rules:
        - { name: numbers, match: { target: { id: "+1425*" } }, respond: { status: 429, retryAfter: 1s } }
        - name: down, then up
          sequence:
            - { times: 2, respond: { status: 503, retryAfterMs: 100 }, delay: 5ms }
            - { fault: empty }
            - { after: execution, fault: { reset: { afterBytes: 3 } } }
            - pass
      connections:
        - { name: dies, connections: 1, fault: { tls: { alert: handshake_failure } } }
      """)
    #expect(
      ScenarioPlan.text(scenario, requests: 6) == """
        Connections:
            1  dies: tls alert handshake_failure
          2–6  accepted

        Requests that no rule's 'match' fits:
          1–2  down, then up, step 1: after 5ms, 503 Service Unavailable, retry-after-ms 100, not executed
            3  down, then up, step 2: empty, not executed
            4  down, then up, step 3: reset, executed
          5–6  down, then up, step 4: 204, executed

        Requests that fit 'match' of numbers:
          1–6  numbers: 429 Too Many Requests, Retry-After 1s, not executed
        \(Self.assumption)
        """)
  }

  @Test("a plan of one call's tries tells what each comes to")
  func tries() throws {
    let scenario = try ScenarioDecoder.decode(
      """
      rules:
        - { name: throttled, attempts: 1..2, respond: { status: 429, retryAfter: 1s } }
        - { name: lost, attempts: 3, after: execution, fault: reset }
        - { name: bad, match: { valid: false, user: a }, attempts: 2, fault: empty }
        - { name: users, match: { target: { kind: communicationUser } }, attempts: 4, delay: 5ms }
      """)
    #expect(
      ScenarioPlan.text(scenario, attempts: 5) == """
        Tries of one call that no rule's 'match' fits:
          1–2  throttled: 429 Too Many Requests, Retry-After 1s, not executed
            3  lost: reset, executed
          4–5  204, repeated

        Tries of one call that fits 'match' of bad:
            1  refused as usual
            2  bad: empty, not executed
          3–5  refused as usual

        Tries of one call that fits 'match' of users:
          1–2  throttled: 429 Too Many Requests, Retry-After 1s, not executed
            3  lost: reset, executed
            4  users: after 5ms, 204, repeated
            5  204, repeated

        Assumed: each try is valid (unless 'match' says otherwise) and repeats the first one, with its
        Repeatability-Request-ID; all are of the first call, on the first connection and at the moment of loading. A client
        stops at the first response that it takes as final.

        """)
  }

  @Test(
    "a plan says the wait as it is sent",
    arguments: [
      ("1.5s", "Retry-After 2s"), ("2s", "Retry-After 2s"),
      ("250ms", "Retry-After 1s, retry-after-ms 250"), ("0s", "Retry-After 0s"),
    ])
  func wait(asked: String, told: String) throws {
    let scenario = try ScenarioDecoder.decode(
      "rules: [{ name: a, respond: { status: 429, retryAfter: \(asked) } }]")
    let line = "  1  a: 429 Too Many Requests, \(told), not executed\n"
    #expect(ScenarioPlan.text(scenario, requests: 1).contains(line))
  }

  @Test("a plan tells what deliveries of events come to, and requests after them")
  func events() throws {
    let scenario = try ScenarioDecoder.decode(
      """
      events:
        - { name: twice, deliveries: 1, calls: 2.., duplicate: 1 }
        - { name: late, deliveries: 2, delay: 3s }
      rules:
        - { name: busy, deliveries: 2.., respond: { status: 503 } }
      """)
    #expect(
      ScenarioPlan.text(scenario, requests: 2) == """
        Events, the first delivery of each call:
          1  sent
          2  twice: sent 2 times

        Events, delivery 2 of each call:
          1–2  late: after 3s, sent

        Events, delivery 3 of each call:
          1–2  sent

        Requests:
          1–2  204, executed

        After delivery 2, requests:
          1–2  busy: 503 Service Unavailable, not executed
        \(Self.assumption)Each comes after the first delivery of its call's event, where nothing else is said.

        """)
    #expect(
      ScenarioPlan.text(scenario, attempts: 2).hasPrefix(
        """
        Deliveries of one call's event:
          1  sent
          2  late: after 3s, sent

        Tries of one call:
          1  204, executed
          2  204, repeated

        After delivery 2, tries of one call:
          1–2  busy: 503 Service Unavailable, not executed

        """))
  }

  @Test(
    "a plan promises no Retry-After that a fault keeps off the wire",
    arguments: [
      ("fault: reset", "a: reset, not executed"), ("fault: empty", "a: empty, not executed"),
      ("fault: garbage", "a: garbage, not executed"),
      ("fault: { hang: { for: 1s } }, delay: 5ms", "a: after 5ms, hang, not executed"),
      ("fault: { truncate: { atBytes: 30 } }", "a: truncate, not executed"),
      (
        "fault: { truncate: { at: 99% } }",
        "a: truncate, 429 Too Many Requests, Retry-After 2s, not executed"
      ),
      ("fault: http10", "a: http10, 429 Too Many Requests, Retry-After 2s, not executed"),
    ])
  func unsent(action: String, line: String) throws {
    let scenario = try ScenarioDecoder.decode(
      "rules: [{ name: a, respond: { status: 429, retryAfter: 2s }, \(action) }]")
    #expect(ScenarioPlan.text(scenario, requests: 1).contains("  1  \(line)\n"))
  }

  @Test(
    "a server that runs the same scenario does what the plan says", arguments: Fixture.scenarios)
  func sameDecisions(_ name: String) throws {
    let scenario = try ScenarioDecoder.decode(Fixture.scenario(name))
    var engine = ScenarioEngine(scenario, loadedAt: .seconds(5))
    let decisions = (1...200).map { call in
      engine.decide(SampleRequest(call: call), now: .seconds(5))?.summary ?? "204, executed"
    }
    let plan = ScenarioPlan.text(scenario, requests: 200)
    #expect(plan.hasSuffix(Self.assumption))
    let section =
      plan.dropLast(Self.assumption.count).split(separator: "Requests:\n").last ?? ""
    // A line of several requests counts for each of them.
    var planned: [String] = []
    for line in section.split(separator: "\n") {
      let parts = line.drop { $0 == " " }.split(separator: "  ", maxSplits: 1)
      let numbers = try #require(parts.first).split(separator: "–").compactMap { Int($0) }
      let (first, last) = (try #require(numbers.first), try #require(numbers.last))
      #expect(first == planned.count + 1, "\(line)")
      planned += Array(repeating: String(parts[1]), count: last - first + 1)
    }
    #expect(planned == decisions)
  }

  @Test("no requests make no lines")
  func none() {
    #expect(ScenarioPlan.text(Scenario(), requests: 0) == "Requests:\n" + Self.assumption)
    #expect(ScenarioPlan.text(Scenario(), requests: -1) == "Requests:\n" + Self.assumption)
  }
}
