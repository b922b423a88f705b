import Core
import Scenarios
import Testing

@Suite struct HeldEventsTests {
  private static func plan(_ rule: String) throws -> EventPlan {
    var engine = ScenarioEngine(
      try ScenarioDecoder.decode("events: [{ \(rule) }]"), loadedAt: .seconds(0))
    let plan = engine.decideEvent(call: 1, delivery: 1)
    return try #require(plan)
  }

  @Test("an event that comes last is sent when the next call's was, or after two seconds")
  func last() throws {
    let plan = try Self.plan("order: last")
    var held = HeldEvents<String>()
    #expect(held.add("one", call: 1, webhook: "w", plan: plan, now: .seconds(5)) == [])
    #expect(held.nextDue == .seconds(7))
    // What was sent of the call itself, and of earlier ones, is not waited for.
    #expect(held.sent(call: 1) == [])
    #expect(held.add("two", call: 2, webhook: "w", plan: plan, now: .seconds(6)) == ["two"])
    #expect(held.sent(call: 2) == ["one"])
    #expect(held.isEmpty && held.nextDue == nil)
    #expect(held.add("three", call: 3, webhook: "w", plan: plan, now: .seconds(8)) == [])
    #expect(held.takeDue(Instant(nanoseconds: 9_999_999_999)) == [])
    #expect(held.takeDue(.seconds(10)) == [["three"]])
    #expect(held.isEmpty)
  }

  @Test("a batch is sent when it is full, or a second after its first event")
  func batch() throws {
    let plan = try Self.plan("batch: 3")
    var held = HeldEvents<Int>()
    func add(_ call: Int, _ webhook: String, at seconds: Double) -> [Int] {
      held.add(call, call: call, webhook: webhook, plan: plan, now: .seconds(seconds))
    }
    #expect(add(1, "a", at: 5) == [])
    #expect(add(2, "b", at: 5) == [])
    #expect(add(3, "a", at: 5) == [])
    #expect(held.nextDue == .seconds(6))
    #expect(add(4, "a", at: 5) == [1, 3, 4])
    #expect(held.takeDue(.seconds(6)) == [[2]])
    #expect(add(5, "a", at: 7) == [])
    #expect(held.takeDue(.seconds(7)) == [])
    #expect(held.takeDue(.seconds(8)) == [[5]])
    #expect(held.isEmpty)
  }

  @Test("the events of different rules share no request")
  func rules() throws {
    var engine = ScenarioEngine(
      try ScenarioDecoder.decode("events: [{ calls: 1, batch: 2 }, { batch: 2 }]"),
      loadedAt: .seconds(0))
    var held = HeldEvents<Int>()
    for call in 1...2 {
      let decided = engine.decideEvent(call: call, delivery: 1)
      let plan = try #require(decided)
      #expect(held.add(call, call: call, webhook: "w", plan: plan, now: .seconds(0)) == [])
    }
    #expect(held.takeDue(.seconds(1)) == [[1], [2]])
  }

  @Test("the events of a call that rings no more are forgotten, and those of others are not")
  func forgotten() throws {
    var held = HeldEvents<Int>()
    let (batched, last) = try (Self.plan("batch: 3"), Self.plan("order: last"))
    _ = held.add(1, call: 1, webhook: "w", plan: batched, now: .seconds(0))
    _ = held.add(2, call: 2, webhook: "w", plan: batched, now: .seconds(0))
    _ = held.add(3, call: 3, webhook: "w", plan: last, now: .seconds(0))
    held.forget(call: 1)
    held.forget(call: 3)
    #expect(held.takeDue(.seconds(9)) == [[2]])
    _ = held.add(4, call: 4, webhook: "w", plan: batched, now: .seconds(9))
    held.forget(call: 4)
    #expect(held.isEmpty)
  }

  @Test("an event that waits for nothing is sent at once")
  func atOnce() throws {
    var held = HeldEvents<Int>()
    let plan = try Self.plan("duplicate: 1")
    #expect(held.add(1, call: 1, webhook: "w", plan: plan, now: .seconds(0)) == [1])
    #expect(held.isEmpty)
  }
}
