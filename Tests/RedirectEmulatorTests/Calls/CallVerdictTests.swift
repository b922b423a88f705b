import RedirectEmulator
import Testing

private typealias Sample = SampleCalls

private struct Row: Sendable {
  var what: String
  var call: Call
  var verdict: Call.Verdict
  var state: Call.State
  var knows: Bool

  init(
    _ what: String, _ call: Call, _ verdict: Call.Verdict, _ state: Call.State, _ knows: Bool
  ) {
    (self.what, self.call, self.verdict) = (what, call, verdict)
    (self.state, self.knows) = (state, knows)
  }
}

@Suite("What became of a call")
struct CallVerdictTests {
  /// A rule redirects it, and says that somebody else has.
  private static let byRule = Sample.attempt(
    1, 400, rule: "another", executed: true, code: "8528")

  private static let registeredRows: [Row] = [
    Row("rings", Sample.registered([], now: 1), .ringing, .ringing, false),
    Row("rings up to its end", Sample.registered([], now: 29.999), .ringing, .ringing, false),
    Row("rang out", Sample.registered([], now: 30), .lost, .ended, false),
    Row(
      "redirected", Sample.registered([Sample.attempt(1)], now: 1), .redirected, .redirected, true),
    Row(
      "refused, and it rings",
      Sample.registered([Sample.attempt(1, 400, fault: Sample.noTarget)], now: 1),
      .ringing, .ringing, false
    ),
    Row(
      "refused, and rang out", Sample.registered([Sample.attempt(1, 400, fault: Sample.noTarget)]),
      .lost, .ended, false
    ),
    Row(
      "executed, its response is being sent",
      Sample.registered([Sample.attempt(1, end: nil)], now: 1), .ringing, .redirected, false
    ),
    Row(
      "executed, cut, a retry is due",
      Sample.registered([Sample.attempt(1, end: .reset, isWhole: false)], now: 1), .ringing,
      .redirected, false
    ),
    Row(
      "executed, cut, the retry is overdue",
      Sample.registered([Sample.attempt(1, end: .reset, isWhole: false)], now: 5.3),
      .redirectedUnknown, .redirected, false
    ),
    Row(
      "executed, cut just before the ring ends",
      Sample.registered([Sample.attempt(1, at: 29, end: .reset, isWhole: false)], now: 30.5),
      .redirectedUnknown, .redirected, false
    ),
    Row(
      "executed, the client had left",
      Sample.registered([Sample.attempt(1, end: .clientLeft)]), .redirectedUnknown, .redirected,
      false
    ),
    Row(
      "executed, cut, repeated",
      Sample.registered([
        Sample.attempt(1, end: .reset, isWhole: false), Sample.attempt(2, at: 1, executed: false),
      ]), .redirected, .redirected, true
    ),
    Row(
      "executed, told that another redirects it, just now",
      Sample.registered([Sample.attempt(1, 409, executed: true)], now: 2), .ringing, .redirected,
      false
    ),
    Row(
      "executed, told that another redirects it, and silent since",
      Sample.registered([Sample.attempt(1, 409, executed: true)], now: 8), .redirectedUnknown,
      .redirected, false
    ),
    Row(
      "executed, cut, then refused as redirected already",
      Sample.registered(
        [
          Sample.attempt(1, end: .reset, isWhole: false),
          Sample.attempt(2, at: 1, 400, fault: Sample.taken),
        ], now: 2), .redirectedUnknown, .redirected, false
    ),
    Row(
      "the same, and the event's delivery is open",
      Sample.registered(
        [
          Sample.attempt(1, end: .reset, isWhole: false),
          Sample.attempt(2, at: 1, 400, fault: Sample.taken),
        ], deliveries: [Sample.delivery(1, at: 0, status: nil, took: nil)], now: 2), .ringing,
      .redirected, false
    ),
    Row(
      "the same, and the app took the event afterwards",
      Sample.registered(
        [
          Sample.attempt(1, end: .reset, isWhole: false),
          Sample.attempt(2, at: 1, 400, fault: Sample.taken),
        ], deliveries: [Sample.delivery(1, at: 0, status: 200, took: 1.5)]), .redirected,
      .redirected, true
    ),
    Row(
      "the same, and the app failed at the event",
      Sample.registered(
        [
          Sample.attempt(1, end: .reset, isWhole: false),
          Sample.attempt(2, at: 1, 400, fault: Sample.taken),
        ], deliveries: [Sample.delivery(1, at: 0, status: 500, took: 1.5)]), .redirectedUnknown,
      .redirected, false
    ),
    Row(
      "the same, and the next delivery is due while it rings",
      Sample.registered(
        [
          Sample.attempt(1, end: .reset, isWhole: false),
          Sample.attempt(2, at: 1, 400, fault: Sample.taken),
        ], deliveries: [Sample.delivery(1, at: 0, status: 500, next: 10)], now: 8), .ringing,
      .redirected, false
    ),
    Row(
      "executed, and a rule says 8528; the app took the event afterwards",
      Sample.registered(
        [byRule], deliveries: [Sample.delivery(1, at: 0, status: 200, took: 1)]), .redirected,
      .redirected, true
    ),
    Row(
      "executed, and a rule says 8528; the app took the event before",
      Sample.registered(
        [byRule], deliveries: [Sample.delivery(1, at: 0, status: 200, took: 0.1)]),
      .redirectedUnknown, .redirected, false
    ),
    Row(
      "executed, and a rule says 503 with 8528, after which an app tries again",
      Sample.registered(
        [Sample.attempt(1, 503, rule: "another", executed: true, code: "8528")],
        deliveries: [Sample.delivery(1, at: 0, status: 200, took: 1)]),
      .redirectedUnknown, .redirected, false
    ),
    Row(
      "a rule says 8528, and nothing was executed",
      Sample.registered(
        [Sample.attempt(1, 400, rule: "liar", code: "8528")],
        deliveries: [Sample.delivery(1, at: 0, status: 200, took: 1)]), .lost, .ended, false
    ),
    Row(
      "a rule's response hides that the call is redirected already",
      Sample.registered(
        [
          Sample.attempt(1, end: .reset, isWhole: false),
          Sample.attempt(2, at: 1, 400, rule: "another", fault: Sample.taken, code: "8523"),
        ], deliveries: [Sample.delivery(1, at: 0, status: 200, took: 1.5)]), .redirectedUnknown,
      .redirected, false
    ),
    Row(
      "answered", Sample.registered([Sample.attempt(1, 200, .answer, executed: true)], now: 1),
      .answered, .answered, false
    ),
    Row(
      "rejected", Sample.registered([Sample.attempt(1, 204, .reject)], now: 1), .rejected,
      .rejected, false
    ),
    Row(
      "too late",
      Sample.registered([Sample.attempt(1, at: 31, 404, fault: Sample.late)], lateBy: 1),
      .lost, .ended, false
    ),
  ]

  private static let seenRows: [Row] = [
    Row("redirected", Sample.seen([Sample.attempt(1)]), .redirected, .redirected, true),
    Row(
      "redirected twice", Sample.seen([Sample.attempt(1), Sample.attempt(2, at: 1)]),
      .redirectedTwice, .redirected, true
    ),
    Row("in flight", Sample.seen([Sample.attempt(1, nil, end: nil)]), .waiting, .ringing, false),
    Row(
      "asked to wait", Sample.seen([Sample.attempt(1, 429, retryAfter: 10)], now: 15.1), .waiting,
      .ringing, false
    ),
    Row(
      "did not come back", Sample.seen([Sample.attempt(1, 429, retryAfter: 10)], now: 15.3), .lost,
      .ended, false
    ),
    Row(
      "no response", Sample.seen([Sample.attempt(1, nil, end: .reset)], now: 5), .waiting, .ringing,
      false
    ),
    Row(
      "gone after none", Sample.seen([Sample.attempt(1, nil, end: .reset)]), .lost, .ended, false),
    Row(
      "refused", Sample.seen([Sample.attempt(1, 400, fault: Sample.noTarget)], now: 0.3), .refused,
      .ended, false
    ),
    Row(
      "a rule's 400", Sample.seen([Sample.attempt(1, 400, rule: "r")], now: 0.3), .lost, .ended,
      false
    ),
    Row(
      "a rule's 204", Sample.seen([Sample.attempt(1, rule: "r", executed: false)]), .lost, .ended,
      true
    ),
    Row(
      "cut", Sample.seen([Sample.attempt(1, end: .closed, isWhole: false)]), .redirectedUnknown,
      .redirected, false
    ),
    Row("rejected", Sample.seen([Sample.attempt(1, 204, .reject)]), .rejected, .rejected, false),
  ]

  @Test("a registered call", arguments: registeredRows.indices)
  func registered(_ index: Int) { check(Self.registeredRows[index]) }

  @Test("a seen call", arguments: seenRows.indices)
  func seen(_ index: Int) { check(Self.seenRows[index]) }

  private static let taken = Sample.delivery(1, at: 0, status: 200)

  private static let silences: [(Call, Double)] = [
    (Sample.registered([]), 1.0),
    (Sample.registered([Sample.attempt(1, 503)]), 1),
    (Sample.registered([], deliveries: [taken]), 5),
    (Sample.registered([Sample.attempt(1, 503)], deliveries: [taken]), 5),
    (Sample.registered([Sample.attempt(1, 429, retryAfter: 3)], deliveries: [taken]), 8),
    (Sample.registered([Sample.attempt(1, nil, end: .reset)], deliveries: [taken]), 5),
    (Sample.registered([Sample.attempt(1, 409, executed: true)], deliveries: [taken]), 5),
    (Sample.registered([Sample.attempt(1, 404)], deliveries: [taken]), 1),
    (Sample.registered([Sample.attempt(1)], deliveries: [taken]), 1),
    (
      Sample.registered([Sample.attempt(1, 400, fault: Sample.taken)], deliveries: [taken]), 1
    ),
    (Sample.registered([byRule], deliveries: [taken]), 1),
  ]

  @Test(
    "an app that took the event is not idle until it was silent for longer than a client waits",
    arguments: silences)
  private func silence(_ call: Call, _ seconds: Double) {
    #expect(call.silenceOfIdle == .seconds(seconds))
  }

  private func check(_ row: Row) {
    #expect(row.call.verdict == row.verdict, "\(row.what)")
    #expect(row.call.state == row.state, "\(row.what)")
    #expect(row.call.appKnows == row.knows, "\(row.what)")
  }

  @Test(
    "a clock that a test moves back makes no wait longer, one that it moves on makes it shorter")
  func movedClock() {
    func verdict(_ seconds: Double, _ monotonic: Double) -> Call.Verdict {
      Call(
        id: "r1", origin: .seen, incomingCallContext: nil,
        attempts: [Sample.attempt(1, 503, executed: false)], now: Sample.at(seconds),
        monotonicNow: Sample.monotonic(monotonic)
      ).verdict
    }
    #expect(verdict(-1_000, 1) == .waiting)
    #expect(verdict(-1_000, 6) == .lost)
    #expect(verdict(6, 1) == .lost)
  }
}
