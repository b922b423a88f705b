import RedirectCall
import RedirectEmulator
import Testing

@Suite("How often each logical request was tried")
struct AttemptCounterTests {
  private static func id(_ number: Int) -> RequestUUID {
    RequestUUID(high: 7, low: UInt64(number))
  }

  @Test("tries of one id are counted, and calls of all ids")
  func counting() {
    var counter = AttemptCounter(limit: 10)
    let tries = [1, 2, 1, 1, 3, 2].map { counter.count(Self.id($0)) }
    #expect(tries.map(\.attempt) == [1, 1, 2, 3, 1, 2])
    #expect(tries.map(\.call) == [1, 2, 1, 1, 3, 2])
  }

  @Test("a request without an id is always the first try of a call of its own")
  func withoutID() {
    var counter = AttemptCounter(limit: 10)
    let tries = [nil, Self.id(1), nil, Self.id(1)].map { counter.count($0) }
    #expect(tries.map(\.attempt) == [1, 1, 1, 2])
    #expect(tries.map(\.call) == [1, 2, 3, 2])
  }

  @Test(
    "at the limit the id that was seen first is forgotten, whenever it was tried last",
    arguments: [1, 2, 5])
  func limit(_ limit: Int) {
    var counter = AttemptCounter(limit: limit)
    for number in 0..<limit { _ = counter.count(Self.id(number)) }
    #expect(counter.count(Self.id(0)).attempt == 2)
    _ = counter.count(Self.id(limit))
    #expect(counter.count(Self.id(0)) == .init(attempt: 1, call: UInt32(limit) + 2))
    // That one took the place of the next.
    for number in 2..<max(limit, 2) { #expect(counter.count(Self.id(number)).attempt == 2) }
  }

  @Test("attempts of one id are counted beyond 16 bits")
  func manyAttempts() {
    var counter = AttemptCounter(limit: 1)
    for attempt in 1...70_000 as ClosedRange<UInt32> {
      let ordinals = counter.count(Self.id(1))
      if attempt % 10_000 == 0 { #expect(ordinals == .init(attempt: attempt, call: 1)) }
    }
    #expect(counter.count(nil).call == 2)
  }

  @Test("for want of memory the ids that were seen first are forgotten")
  func dropping() {
    var counter = AttemptCounter(limit: 10_000)
    #expect(counter.bytes == 0)
    for number in 0..<3_000 { _ = counter.count(Self.id(number)) }
    let before = counter.bytes
    #expect(before > 3_000 * 24 && before < 3_000 * 80)
    #expect(counter.dropOldest(2_900) == 2_900 && counter.bytes < before / 8)
    #expect(counter.count(Self.id(2_900)) == .init(attempt: 2, call: 2_901))
    #expect(counter.count(Self.id(2_899)) == .init(attempt: 1, call: 3_001))
    #expect(counter.dropOldest(1_000) == 101 && counter.bytes == 0)
  }

  @Test("many turns of the ring come out as a plain model says")
  func model() {
    var counter = AttemptCounter(limit: 16)
    var order: [Int] = []
    var tries: [Int: UInt32] = [:]
    for step in 0..<2_000 {
      let number = (step &* 7_919) % 61 / (step % 3 + 1)
      if tries[number] == nil {
        if order.count == 16 { tries[order.removeFirst()] = nil }
        order.append(number)
      }
      tries[number, default: 0] += 1
      #expect(counter.count(Self.id(number)).attempt == tries[number], "step \(step)")
    }
  }
}
