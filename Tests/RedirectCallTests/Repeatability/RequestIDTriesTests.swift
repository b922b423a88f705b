import Core
import HTTP1
import RedirectCall
import Testing

@Suite("How often each logical request was tried")
struct RequestIDTriesTests {
  private static func id(_ number: Int) -> RequestUUID {
    RequestUUID(high: 7, low: UInt64(number))
  }

  @Test("tries of one id are counted, and calls of all ids")
  func counting() {
    var memory = RequestIDMemory(limit: 10)
    let tries = [1, 2, 1, 1, 3, 2].map { memory.count(Self.id($0)) }
    #expect(tries.map(\.attempt) == [1, 1, 2, 3, 1, 2])
    #expect(tries.map(\.call) == [1, 2, 1, 1, 3, 2])
  }

  @Test("a request without an id is always the first try of a call of its own")
  func withoutID() {
    var memory = RequestIDMemory(limit: 10)
    let tries = [nil, Self.id(1), nil, Self.id(1)].map { memory.count($0) }
    #expect(tries.map(\.attempt) == [1, 1, 1, 2])
    #expect(tries.map(\.call) == [1, 2, 3, 2])
  }

  @Test(
    "at the limit the id that was seen first is forgotten, whenever it was tried last",
    arguments: [1, 2, 5])
  func limit(_ limit: Int) {
    var memory = RequestIDMemory(limit: limit)
    for number in 0..<limit { _ = memory.count(Self.id(number)) }
    #expect(memory.count(Self.id(0)).attempt == 2)
    _ = memory.count(Self.id(limit))
    #expect(memory.count(Self.id(0)) == .init(attempt: 1, call: UInt32(limit) + 2))
    // That one took the place of the next.
    for number in 2..<max(limit, 2) { #expect(memory.count(Self.id(number)).attempt == 2) }
  }

  @Test("attempts of one id are counted beyond 16 bits")
  func manyAttempts() {
    var memory = RequestIDMemory(limit: 1)
    for attempt in 1...70_000 as ClosedRange<UInt32> {
      let ordinals = memory.count(Self.id(1))
      if attempt % 10_000 == 0 { #expect(ordinals == .init(attempt: attempt, call: 1)) }
    }
    #expect(memory.count(nil).call == 2)
  }

  @Test("for want of memory the ids that were seen first are forgotten")
  func dropping() {
    var memory = RequestIDMemory(limit: 10_000)
    #expect(memory.bytes == 0)
    for number in 0..<3_000 { _ = memory.count(Self.id(number)) }
    let before = memory.bytes
    #expect(before > 3_000 * 40 && before < 3_000 * 80)
    #expect(memory.dropOldest(2_900) == 2_900 && memory.bytes < before / 8)
    #expect(memory.count(Self.id(2_900)) == .init(attempt: 2, call: 2_901))
    #expect(memory.count(Self.id(2_899)) == .init(attempt: 1, call: 3_001))
    #expect(memory.dropOldest(1_000) == 101 && memory.bytes == 0)
    // Nothing was remembered of them but their tries.
    #expect(memory.count == 0 && memory.evicted == 0)
  }

  @Test("many turns of the ring come out as a plain model says")
  func model() {
    var memory = RequestIDMemory(limit: 16)
    var order: [Int] = []
    var tries: [Int: UInt32] = [:]
    for step in 0..<2_000 {
      let number = (step &* 7_919) % 61 / (step % 3 + 1)
      if tries[number] == nil {
        if order.count == 16 { tries[order.removeFirst()] = nil }
        order.append(number)
      }
      tries[number, default: 0] += 1
      #expect(memory.count(Self.id(number)).attempt == tries[number], "step \(step)")
    }
  }

  @Test(
    "a repeat is a try of the same logical request, also when its response is remembered no longer")
  func repeats() throws {
    var memory = RequestIDMemory()
    let key = RepeatabilityKey(
      requestID: Self.id(1), firstSent: IMFFixdate(secondsSince1970: 1_000))
    let fingerprint = RequestFingerprinter().fingerprint(
      version: .v2026March12, firstSent: key.firstSent, body: [1].span)
    func begin(_ memory: inout RequestIDMemory, at seconds: Int64) -> RepeatabilityDecision {
      memory.begin(key, fingerprint: fingerprint, now: Instant(seconds: seconds))
    }
    #expect(memory.count(Self.id(1)) == .init(attempt: 1, call: 1))
    guard case .execute(let ticket) = begin(&memory, at: 1_000) else {
      Issue.record("the first try was not to be executed")
      return
    }
    #expect(memory.count(Self.id(1)) == .init(attempt: 2, call: 1))
    #expect(begin(&memory, at: 1_000) == .inProgress)
    memory.finish(ticket, answer: .success)
    #expect(memory.count(Self.id(1)) == .init(attempt: 3, call: 1))
    #expect(begin(&memory, at: 1_300) == .replay(.success))
    #expect(memory.count(Self.id(1)) == .init(attempt: 4, call: 1))
    guard case .execute(let late) = begin(&memory, at: 1_301) else {
      Issue.record("after its window it was not to be executed")
      return
    }
    memory.finish(ticket, answer: RememberedAnswer(status: 404))
    #expect(begin(&memory, at: 1_301) == .inProgress)
    memory.abandon(late)
    #expect(memory.count(Self.id(1)) == .init(attempt: 5, call: 1))
    #expect(memory.ids == 1 && memory.count == 0 && memory.expired == 1)
  }
}
