import Documents
import Scenarios
import Testing

@Suite struct DayTests {
  private static let least =
    "name: a, about: b, kind: transient, expect: { caller: redirected }"

  @Test("a day is read with its calls and what is expected of them")
  func read() throws {
    let scenario = try ScenarioDecoder.decode(
      """
      day:
        name: throttled twice
        about: The service says 429 twice.
        kind: permanent
        ring: { from: +14255550199, to: "8:acs:a_b", count: 5, atATime: 2, ringsFor: 20s, context: short, schema: cloudEvents, validate: true, redeliverAfter: 1s, maxDeliveries: 3 }
        expect: { caller: [lost, refused], redirects: 0, attempts: 1..3, deliveries: 2.., appKnows: false, within: 10s, honoursRetryAfter: true }
      rules: [{ name: busy, respond: { status: 429 } }]
      """)
    var day = Day(
      name: "throttled twice", about: "The service says 429 twice.", kind: .permanent)
    day.ring.from = "4:+14255550199"
    day.ring.to = "8:acs:a_b"
    (day.ring.count, day.ring.atATime, day.ring.ringsFor) = (5, 2, .seconds(20))
    (day.ring.context, day.ring.schema, day.ring.validate) = (.short, .cloudEvents, true)
    (day.ring.redeliverAfter, day.ring.maxDeliveries) = (.seconds(1), 3)
    day.expect.caller = ["lost", "refused"]
    (day.expect.redirects, day.expect.attempts) = (0, .between(1...3))
    (day.expect.deliveries, day.expect.appKnows) = (.atLeast(2), false)
    (day.expect.within, day.expect.honoursRetryAfter) = (.seconds(10), true)
    #expect(scenario.day == day)
    #expect(scenario.rules.count == 1)
  }

  @Test("a day says little where little is asked")
  func little() throws {
    let day = try #require(try ScenarioDecoder.decode("day: { \(Self.least) }").day)
    #expect(day.ring == Day.Ring())
    #expect(day.expect.caller == ["redirected"])
    #expect(try ScenarioDecoder.decode("day:\nrules: []").day == nil)
  }

  @Test(
    "a day that is wrong is refused with its place",
    arguments: [
      (
        "day: { name: a, kind: attack, expect: { redirects: 0 } }",
        "day: The member 'about' is missing."
      ),
      ("day: { \(least), kin: x }", "day.kin: There is no member 'kin'. Did you mean 'kind'?"),
      (
        "day: { name: a, about: b, kind: transiant, expect: { redirects: 1 } }",
        "day.kind: There is no kind of day 'transiant'. Did you mean 'transient'?"
      ),
      (
        "day: { name: a, about: b, kind: attack, expect: {} }",
        "day.expect: Nothing is expected. It needs one of caller, redirects"
      ),
      (
        "day: { name: a, about: b, kind: attack, expect: { caller: ringing } }",
        "day.expect.caller: There is no final verdict 'ringing'."
      ),
      (
        "day: { name: a, about: b, kind: attack, expect: { redirects: -1 } }",
        "day.expect.redirects: Expected a whole number or a range"
      ),
      (
        "day: { \(least), ring: { from: nobody } }",
        "day.ring.from: Expected a number such as \"+14255550123\", anonymous, or a raw id"
      ),
      (
        "day: { \(least), ring: { count: 2, atATime: 3 } }",
        "day.ring.atATime: 3 calls can't ring at a time: 'count' is 2."
      ),
      ("day: { \(least), ring: { count: 0 } }", "day.ring.count: Expected a whole number from 1"),
      ("day: { \(least), ring: { ringsFor: 2h } }", "day.ring.ringsFor: 7200s is too long"),
      ("day: { \(least), ring: { schema: eventgrid } }", "Did you mean 'eventGrid'?"),
    ])
  func refused(_ text: String, _ issue: String) {
    let error = #expect(throws: DocumentErrors.self) { try ScenarioDecoder.decode(text) }
    #expect(error?.issues.count == 1)
    #expect(error?.issues.first?.description.contains(issue) ?? false, "\(error?.issues ?? [])")
  }

  @Test("of several files the first day counts, and a day changes no rule")
  func joined() throws {
    var first = try ScenarioDecoder.decode("rules: [{ fault: reset }]")
    let second = try ScenarioDecoder.decode("day: { \(Self.least) }")
    first.append(second)
    #expect(first.day?.name == "a")
    var third = try ScenarioDecoder.decode(
      "day: { name: b, about: b, kind: attack, expect: { redirects: 0 } }")
    third.append(second)
    #expect(third.day?.name == "b")
    #expect(second.isWritten(like: Scenario()))
  }

  @Test("case and what is between the words of a name do not matter")
  func names() {
    let day = Day(name: "flaky 20 percent", about: "", kind: .transient)
    #expect(["flaky-20-percent", "Flaky 20 Percent"].allSatisfy(day.isNamed))
    #expect(!["flaky", "flaky 20", "", "flaky 20 percent more"].contains(where: day.isNamed))
  }

  @Test("all that the format has together decodes, and each rule means what it says")
  func everything() throws {
    let scenario = try ScenarioDecoder.decode(
      """
      x-busy: &busy { respond: { status: 429, retryAfter: 1s } }
      day:
        name: throttled twice
        about: The service says 429 with Retry-After twice.
        kind: transient
        ring: { from: "+14255550199", count: 1 }
        expect: { caller: redirected, redirects: 1, within: 10s, honoursRetryAfter: true }
      events:
        - { name: delivered twice, deliveries: 1, duplicate: 1 }
        - { name: late, calls: 2.., delay: 12s }
        - { name: never, chance: 10%, drop: true }
        - { name: out of order, order: last }
        - { name: batched, batch: 5 }
        - { name: wrong type, contentType: text/plain }
        - { name: slow, pace: { bytesPerSecond: 100 } }
        - { name: the app's response is cut, cut: { afterBytes: 20 } }
      rules:
        - { <<: *busy, name: busy, attempts: 1..2 }
        - { name: the first request about a call gets lost, ofCall: 1, after: execution, fault: reset }
        - { name: only after the second delivery, deliveries: 2.., respond: { status: 503 } }
        - { name: too slow for the caller, delay: 35s, before: execution }
      """)
    #expect(
      scenario.events.map(\.fault) == [
        .duplicate(), .delay(.seconds(12)), .drop, .last, .batch(5), .contentType("text/plain"),
        .pace(Pace(bytesPerSecond: 100)), .cut(afterBytes: 20),
      ])
    #expect(scenario.rules[0].outcome == .respond(429, retryAfter: .seconds(1)))
    #expect(scenario.rules[1].conditions.ofCall == OrdinalRange(1...1))
    #expect(scenario.rules[2].conditions.deliveries == OrdinalRange(2...Int.max))
    #expect(
      scenario.rules[3].outcome
        == .action(
          Action(delay: Delay(.seconds(35)), beforeExecution: true)))
    #expect(scenario.day?.expect.within == .seconds(10))
  }
}
