import Core
import RedirectEmulator

/// Calls for tests: times are in seconds since the ring began, on both clocks.
enum SampleCalls {
  static func at(_ seconds: Double) -> Instant {
    Instant(nanoseconds: 1_700_000_000_000_000_000 + Int64(seconds * 1e9))
  }

  static func monotonic(_ seconds: Double) -> Int64 { 5_000_000_000 + Int64(seconds * 1e9) }

  /// A try; it took 10 ms, where nothing else is said. The resource's clock was moved by `skipped` before it.
  static func attempt(
    _ seq: UInt64, at seconds: Double = 0.2, _ status: Int? = 204,
    _ operation: CallAttempt.Operation = .redirect, rule: String? = nil, executed: Bool? = nil,
    end: RequestEnd? = .answered, fault: CallAttempt.Fault? = nil, code: String? = nil,
    retryAfter: Double? = nil,
    isWhole: Bool = true, id: String? = "id", took: Double = 0.01, skipped: Double = 0
  ) -> CallAttempt {
    CallAttempt(
      seq: seq, operation: operation, status: status, rule: rule,
      executed: executed ?? (status == 204 && fault == nil), end: end, fault: fault,
      code: code ?? fault?.code,
      instant: at(seconds), arrived: monotonic(seconds - skipped),
      durationNanoseconds: Int64(took * 1e9),
      retryAfterNanoseconds: retryAfter.map { Int64($0 * 1e9) }, isWhole: isWhole, requestID: id)
  }

  static let taken = CallAttempt.Fault(
    stage: "call", code: "8528",
    message: "The call of this incomingCallContext has already been redirected.")
  static let late = CallAttempt.Fault(
    stage: "call", code: "8522",
    message: "The call of this incomingCallContext has stopped ringing.")
  static let noTarget = CallAttempt.Fault(
    stage: "body", code: "8523",
    message: "target is required and must be an object that identifies whom to call.")

  static func registered(
    _ attempts: [CallAttempt], takenAt: Double? = nil, lateBy: Double? = nil, skipped: Int = 0,
    from: String = "4:+14255550100", deliveries: [CallDelivery] = [],
    failures: Call.Failures? = nil, strays: Call.Strays? = nil, cure: Call.Cure? = nil,
    rings: Double = 30, redelivery: RedeliveryRules = RedeliveryRules(), now: Double = 100
  ) -> Call {
    Call(
      id: "c1", origin: .registered, incomingCallContext: "context", correlationID: "id",
      from: from, to: "8:acs:a_b",
      ring: Call.Ring(rangAt: at(0), ringsUntil: at(rings)), takenAt: takenAt.map(at),
      lateBy: lateBy.map { Int64($0 * 1e9) }, attempts: attempts, skippedAttempts: skipped,
      deliveries: deliveries, redelivery: deliveries.isEmpty ? nil : redelivery,
      failures: failures, strays: strays, cure: cure, now: at(now), monotonicNow: monotonic(now))
  }

  static func seen(_ attempts: [CallAttempt], now: Double = 100) -> Call {
    Call(
      id: "r1", origin: .seen, incomingCallContext: "context", attempts: attempts, now: at(now),
      monotonicNow: monotonic(now))
  }

  static func delivery(
    _ n: Int, at seconds: Double, status: Int?, took: Double? = 0.05, next: Double? = nil,
    error: String? = nil, validated: Bool? = nil
  )
    -> CallDelivery
  {
    CallDelivery(
      n: n, url: "http://127.0.0.1:8080/?code=secret", at: at(seconds), status: status,
      error: error,
      durationNanoseconds: took.map { Int64($0 * 1e9) }, validated: validated,
      next: next.map(at))
  }
}
