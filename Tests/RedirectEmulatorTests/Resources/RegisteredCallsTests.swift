import Core
import RedirectCall
import RedirectEmulator
import Testing

@Suite("The calls that ring at a resource")
struct RegisteredCallsTests {
  private static let start = Instant(seconds: 1_000)
  private static let end = Instant(seconds: 1_030)

  private static func call(_ context: String) -> RegisteredCall {
    RegisteredCall(
      context: context, from: "4:+1", to: "8:acs:a_b", rangAt: start, ringsFor: .seconds(30),
      correlationID: RequestUUID(high: 1, low: 2), registered: 0)
  }

  private static func ringing(_ contexts: String...) -> RegisteredCalls {
    var calls = RegisteredCalls()
    for context in contexts { calls.register(call(context)) }
    return calls
  }

  @Test("a call rings up to its end, and one that was not registered is unknown")
  func ringing() {
    let calls = Self.ringing("a")
    let number = calls.number(of: "a")
    #expect(number == 1)
    #expect(calls.verdict(number, now: Self.start) == .rings)
    let last = Instant(nanoseconds: Self.end.nanoseconds - 1)
    #expect(calls.verdict(number, now: last) == .rings)
    #expect(calls.verdict(number, now: Self.end) == .expired(Self.end))
    #expect(calls.number(of: "b") == nil && calls.verdict(nil, now: Self.start) == .unknown)
    #expect(calls[1]?.correlationID == RequestUUID(high: 1, low: 2))
  }

  @Test("a call is taken at once, or begun and finished", arguments: CallOperation.allCases)
  func taking(operation: CallOperation) {
    var calls = Self.ringing("a", "b")
    calls.take(1, by: operation, at: Self.start)
    #expect(calls.verdict(1, now: Self.start) == .taken(operation))
    let ticket = calls.begin(2, at: Self.start)
    #expect(calls.verdict(2, now: Self.start) == .redirecting)
    // Whether it would still ring no longer matters.
    #expect(calls.verdict(2, now: Self.end) == .redirecting)
    calls.finish(ticket)
    #expect(calls.verdict(2, now: Self.end) == .taken(.redirect))
    #expect(calls.all.map(\.state) == [.taken, .taken])
    #expect(calls.all.map(\.takenAt) == [Self.start, Self.start])
  }

  @Test(
    "a ticket finishes its own registration only: not one made later, nor one made after all was forgotten"
  )
  func identity() throws {
    var calls = Self.ringing("a")
    let first = calls.begin(1, at: Self.start)
    calls.register(Self.call("a"))
    calls.finish(first)
    #expect(calls.verdict(calls.number(of: "a"), now: Self.start) == .rings)
    let second = calls.begin(2, at: Self.start)
    calls.removeAll()
    #expect(calls.count == 0 && calls.number(of: "a") == nil && calls.bytes == 0)
    calls.register(Self.call("a"))
    let number = try #require(calls.number(of: "a"))
    _ = calls.begin(number, at: Self.start)
    calls.finish(first)
    calls.finish(second)
    #expect(calls.verdict(number, now: Self.start) == .redirecting)
  }

  @Test(
    "a context that is registered again belongs to the new call; the earlier one stays as it was")
  func anew() {
    var calls = Self.ringing("a", "b")
    calls.take(1, by: .redirect, at: Self.start)
    let made = calls.register(Self.call("a"))
    #expect(made.id == "c3" && calls.number(of: "a") == 3)
    #expect(calls.all.map(\.id) == ["c1", "c2", "c3"])
    #expect(calls.all.map(\.state) == [.taken, .ringing, .ringing])
    // The earlier one takes the context with it neither when it is forgotten.
    let isRemoved = calls.remove(1)
    #expect(isRemoved && calls.number(of: "a") == 3)
    let isRemovedAgain = calls.remove(1)
    #expect(!isRemovedAgain && calls.count == 2)
  }

  @Test("at the limit the oldest call that does not ring any more is dropped, and counted")
  func limit() {
    var calls = RegisteredCalls(limit: 3)
    for context in ["a", "b", "c"] { calls.register(Self.call(context)) }
    #expect(calls.isFull(at: Self.start) && !calls.isFull(at: Self.end))
    calls.take(2, by: .redirect, at: Self.start)
    #expect(!calls.isFull(at: Self.start))
    calls.register(Self.call("d"))
    #expect(calls.all.map(\.context) == ["a", "c", "d"] && calls.dropped == 1)
    // Where all of them ring, the oldest is dropped.
    calls.register(Self.call("e"))
    #expect(calls.all.map(\.context) == ["c", "d", "e"] && calls.dropped == 2)
    #expect(calls.number(of: "a") == nil && calls[1] == nil)
  }

  @Test("calls that come and go beside one that rings on leave nothing behind")
  func compaction() {
    var calls = Self.ringing("long")
    for number in 0..<10_000 {
      let made = calls.register(Self.call("\(number)"))
      let isRemoved = calls.remove(made.number)
      #expect(isRemoved)
    }
    #expect(calls.all.map(\.context) == ["long"] && calls.number(of: "long") == 1)
    #expect(calls.bytes == Self.call("long").cost)
  }

  @Test("of many tries the first and the last are kept, and the one that took the call")
  func manyAttempts() {
    var call = Self.call("a")
    let cost = call.cost
    let limit = RegisteredCall.attemptLimit
    for number in 1...100 {
      call.note(
        CallAttempt(
          seq: UInt64(number), status: 503, executed: number == limit / 2 + 1, end: .answered,
          instant: Self.start, arrived: Int64(number)), isKept: true)
    }
    #expect(call.attempts.count == limit && call.skippedAttempts == 100 - limit)
    let first = (1...UInt64(limit / 2 + 1)).map { $0 }
    let last = (UInt64(100 - limit / 2 + 2)...100).map { $0 }
    #expect(call.attempts.map(\.seq) == first + last)
    call.note(call.attempts[0], isKept: false)
    #expect(call.skippedAttempts == 101 - limit && call.cost > cost)
  }
}
