import Core
import RedirectCall
import RedirectEmulator
import Testing

@Suite("The calls that ring at a resource")
struct RegisteredCallsTests {
  private static let start = Instant(seconds: 1_000)
  private static let end = Instant(seconds: 1_030)

  private static func call(_ context: String) -> RegisteredCalls.Call {
    RegisteredCalls.Call(
      context: context, ringsUntil: end, correlationID: RequestUUID(high: 1, low: 2))
  }

  private static func ringing(_ contexts: String...) -> RegisteredCalls {
    var calls = RegisteredCalls()
    for context in contexts { calls.register(call(context)) }
    return calls
  }

  @Test("a call rings up to its end, and one that was not registered is unknown")
  func ringing() {
    let calls = Self.ringing("a")
    #expect(calls.verdict("a", now: Self.start) == .rings)
    #expect(calls.verdict("a", now: Instant(nanoseconds: Self.end.nanoseconds - 1)) == .rings)
    #expect(calls.verdict("a", now: Self.end) == .expired)
    #expect(calls.verdict("b", now: Self.start) == .unknown)
    #expect(calls.correlationID(of: "a") == RequestUUID(high: 1, low: 2))
    #expect(calls.correlationID(of: "b") == nil)
  }

  @Test("a call is redirected at once, or begun and finished")
  func redirecting() throws {
    var calls = Self.ringing("a", "b")
    calls.redirect("a")
    #expect(calls.verdict("a", now: Self.start) == .redirected)
    let ticketBegun = calls.begin("b")
    let ticket = try #require(ticketBegun)
    #expect(calls.verdict("b", now: Self.start) == .redirecting)
    // Whether it would still ring no longer matters.
    #expect(calls.verdict("b", now: Self.end) == .redirecting)
    calls.finish(ticket)
    #expect(calls.verdict("b", now: Self.start) == .redirected)
    #expect(calls.all.map(\.state) == [.redirected, .redirected])
  }

  @Test("what is not registered is neither begun nor made")
  func unknown() {
    var calls = RegisteredCalls()
    let begun = calls.begin("a")
    #expect(begun == nil)
    calls.redirect("a")
    #expect(calls.count == 0 && calls.verdict("a", now: Self.start) == .unknown)
  }

  @Test(
    "a ticket finishes its own registration only: not one made later, nor one made after all was forgotten"
  )
  func identity() throws {
    var calls = Self.ringing("a")
    let firstBegun = calls.begin("a")
    let first = try #require(firstBegun)
    calls.register(Self.call("a"))
    calls.finish(first)
    #expect(calls.verdict("a", now: Self.start) == .rings)
    let secondBegun = calls.begin("a")
    let second = try #require(secondBegun)
    calls.removeAll()
    #expect(calls.count == 0)
    calls.register(Self.call("a"))
    _ = calls.begin("a")
    calls.finish(first)
    calls.finish(second)
    #expect(calls.verdict("a", now: Self.start) == .redirecting)
  }

  @Test("calls are listed in the order of their registration; one that rings anew keeps its place")
  func order() {
    var calls = Self.ringing("a", "b", "c")
    calls.redirect("a")
    calls.register(Self.call("a"))
    #expect(calls.all.map(\.context) == ["a", "b", "c"])
    #expect(calls.verdict("a", now: Self.start) == .rings)
  }

  @Test("at the limit the oldest call is dropped, and counted", arguments: [1, 3])
  func limit(_ limit: Int) {
    var calls = RegisteredCalls(limit: limit)
    let contexts = (0..<20).map(String.init)
    for context in contexts { calls.register(Self.call(context)) }
    #expect(calls.all.map(\.context) == contexts.suffix(limit))
    #expect(calls.count == limit && calls.evicted == UInt64(20 - limit))
    #expect(calls.verdict("0", now: Self.start) == .unknown)
    calls.removeAll()
    #expect(calls.all.isEmpty && calls.evicted == 0)
  }
}
