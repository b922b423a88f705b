import Core
import Documents
import Scenarios
import Testing

@Suite struct EventPlanTests {
  private static func engine(_ text: String) throws -> ScenarioEngine {
    ScenarioEngine(try ScenarioDecoder.decode(text), loadedAt: Instant(nanoseconds: 0))
  }

  @Test(
    "a rule decides about the deliveries that its conditions name, and plans what its members say",
    arguments: [
      ("name: a, duplicate: 1", 1, 1, "a: sent 2 times"),
      ("name: a, deliveries: 1, duplicate: 3", 1, 1, "a: sent 4 times"),
      ("name: a, deliveries: 1, duplicate: 3", 1, 2, nil),
      ("name: a, calls: 2.., delay: 12s", 1, 1, nil),
      ("name: a, calls: 2.., delay: 12s", 2, 1, "a: after 12s, sent"),
      ("name: a, calls: 2.., delay: 12s", 2, 9, "a: after 12s, sent"),
      ("name: a, drop: true", 7, 1, "a: dropped"),
      ("name: a, order: last", 1, 1, "a: sent, behind the next call's"),
      ("name: a, batch: 5", 1, 1, "a: sent, up to 5 events in one array"),
      ("name: a, contentType: text/plain", 1, 1, "a: sent, as text/plain"),
      ("name: a, pace: { bytesPerSecond: 100 }", 1, 1, "a: sent, 10 bytes every 100ms"),
      ("name: a, cut: { afterBytes: 1 }", 1, 1, "a: sent, response cut after 1 byte"),
      (
        "name: a, delay: 1s, order: last, duplicate: 1, cut: { afterBytes: 0 }", 1, 1,
        "a: after 1s, sent 2 times, behind the next call's, response cut after 0 bytes"
      ),
      ("delay: 1s", 1, 1, "events[0]: after 1s, sent"),
      ("name: a, chance: 0%, drop: true", 1, 1, nil),
      ("name: a, chance: 100%, drop: true", 1, 1, "a: dropped"),
    ] as [(String, Int, Int, String?)])
  func decides(rule: String, call: Int, delivery: Int, plan: String?) throws {
    var engine = try Self.engine("events: [{ \(rule) }]")
    #expect(engine.decideEvent(call: call, delivery: delivery)?.summary == plan)
    let fired = plan == nil ? 0 : 1
    #expect(engine.eventCounters.map(\.fired) == [fired])
    #expect(engine.unusedRules.count == 1 - fired)
    engine.reset(now: Instant(nanoseconds: 0))
    #expect(engine.eventCounters == [RuleCounters()])
  }

  @Test("the first rule for which all holds decides, and one whose chance does not hold is counted")
  func first() throws {
    var engine = try Self.engine(
      "events: [{ name: a, chance: 0%, drop: true }, { name: b, deliveries: 1, duplicate: 1 }, { name: c, delay: 1s }]"
    )
    #expect((1...3).map { engine.decideEvent(call: 1, delivery: $0)?.ruleName } == ["b", "c", "c"])
    #expect(engine.eventCounters.map(\.matched) == [3, 1, 2])
    #expect(engine.eventCounters.map(\.fired) == [0, 1, 2])
    #expect(engine.unusedRules == ["a"])
  }

  @Test("chances and delays follow from seed, call and delivery, in whatever order they are asked")
  func seeded() throws {
    let text = "events: [{ chance: 30%, delay: { uniform: 1s..9s } }]"
    let places = (1...300).flatMap { call in (1...2).map { (call, $0) } }
    func plans(_ seed: Int, _ places: [(Int, Int)]) throws -> [String: EventPlan] {
      var engine = try Self.engine("seed: \(seed)\n\(text)")
      var plans: [String: EventPlan] = [:]
      for (call, delivery) in places {
        plans["\(call) \(delivery)"] = engine.decideEvent(call: call, delivery: delivery)
      }
      return plans
    }
    let there = try plans(7, places)
    #expect(try plans(7, places.reversed()) == there)
    #expect(try plans(8, places) != there)
    #expect((140...220).contains(there.count))
    // One delivery's draw says nothing of another's.
    #expect(Set(there.values.compactMap(\.delay)).count == there.count)
    #expect((1...300).contains { (there["\($0) 1"] == nil) != (there["\($0) 2"] == nil) })
  }
}
