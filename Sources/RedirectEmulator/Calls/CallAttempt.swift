import Core
import FoundationEssentials
import RedirectCall

/// One request about a call: a redirect, or one of its neighbours.
public struct CallAttempt: Sendable, Equatable {
  /// What a request asks for.
  public enum Operation: String, Sendable, CaseIterable {
    /// `:redirect`
    case redirect
    /// `:reject`
    case reject
    /// `:answer`
    case answer
  }

  /// The check of the contract that a request failed.
  public struct Fault: Sendable, Equatable {
    /// The check: `authorization`, `body`, `call`, …
    public let stage: String
    /// The code of the response's error.
    public let code: String
    /// What was wrong; of several faults the first one.
    public let message: String
    /// What to change, where the check knows it.
    public let advice: String?

    package init(stage: String, code: String, message: String, advice: String? = nil) {
      (self.stage, self.code, self.message, self.advice) = (stage, code, message, advice)
    }
  }

  /// The request's position in the journal.
  public internal(set) var seq: UInt64
  /// What it asks for.
  public let operation: Operation
  /// The status that it got; nil if none was sent.
  public package(set) var status: Int?
  /// The rule that decided the response.
  public package(set) var rule: String?
  /// Whether this request took the call.
  public package(set) var executed: Bool
  /// How it ended; nil while the response is still being sent.
  public package(set) var end: RequestEnd?
  /// nil if no check was failed.
  public package(set) var fault: Fault?
  /// The code of the error that the app got, whether the emulator refused the request or a rule sent the error; nil if its
  /// response had none.
  public package(set) var code: String?
  /// What else happened to it.
  public internal(set) var details: AttemptDetails

  /// When its first byte came, on the resource's clock.
  package let instant: Instant
  /// The same moment on the monotonic clock, in nanoseconds.
  package let arrived: Int64
  package var durationNanoseconds: Int64
  package var retryAfterNanoseconds: Int64?
  /// Whether what is sent is a whole response that a client can read.
  package var isWhole: Bool
  /// `Repeatability-Request-ID`, where somebody asks for it.
  package var requestID: String?

  /// When the first byte came, on the resource's clock.
  public var time: Date { Date(instant) }

  /// - Parameter code: of the error in its response; that of `fault` is another one where a rule sent the response.
  package init(
    seq: UInt64, operation: Operation = .redirect, status: Int?, rule: String? = nil,
    executed: Bool = false, end: RequestEnd?, fault: Fault? = nil, code: String? = nil,
    instant: Instant,
    arrived: Int64, durationNanoseconds: Int64 = 0, retryAfterNanoseconds: Int64? = nil,
    isWhole: Bool = true, requestID: String? = nil, details: AttemptDetails = AttemptDetails()
  ) {
    self.details = details
    self.seq = seq
    self.operation = operation
    self.status = status
    self.rule = rule
    self.executed = executed
    self.end = end
    self.fault = fault
    self.code = code
    self.instant = instant
    self.arrived = arrived
    self.durationNanoseconds = durationNanoseconds
    self.retryAfterNanoseconds = retryAfterNanoseconds
    self.isWhole = isWhole
    self.requestID = requestID
  }
}

extension CallAttempt {
  var isInFlight: Bool { end == nil }

  /// Whether a client that was still there got a whole response.
  var wasAnswered: Bool { status != nil && isWhole && (end == .answered || end == .closed) }

  /// Whether the app got a success.
  var succeeded: Bool { wasAnswered && status.map { (200...299).contains($0) } ?? false }

  /// Whether another try is what a client should do: it got 408, 429, 5xx or no whole response.
  var asksForRetry: Bool {
    guard !isInFlight else { return false }
    guard wasAnswered, let status else { return true }
    return status == 408 || status == 429 || (500...599).contains(status)
  }

  /// Whether the response says that the same request is refused each time. After 401 another token may help, but nothing where
  /// the signature of an access key is refused; after 409 the other request has ended.
  var isRefusedForGood: Bool {
    guard wasAnswered, !asksForRetry, let status else { return false }
    return (400...499).contains(status) && status != 409 && (status != 401 || code == "7509")
  }

  /// Whether a rule's fault ended it without a whole response, while the client was still there.
  var lostItsResponse: Bool {
    rule != nil && !isInFlight && !wasAnswered && end != .clientLeft
  }

  /// When its response's last byte was sent, on the monotonic clock, in nanoseconds.
  var ended: Int64 { arrived &+ durationNanoseconds }

  /// How long after the beginning of an earlier one it began, in nanoseconds. A ring is on the resource's clock, which a test or a
  /// drill may move: what has passed on one of the clocks has passed.
  func time(since earlier: CallAttempt) -> Int64 {
    max(instant.nanoseconds &- earlier.instant.nanoseconds, arrived &- earlier.arrived)
  }

  /// How long after the end of an earlier one it began, in the same way.
  func pause(after earlier: CallAttempt) -> Int64 {
    max(instant.nanoseconds &- earlier.endedAt.nanoseconds, arrived &- earlier.ended)
  }

  /// The same on the resource's clock.
  var endedAt: Instant { instant.advanced(by: .nanoseconds(durationNanoseconds)) }

  /// The check that refused it, if the response says so; nil where a rule sent another response.
  var refusal: Fault? { fault?.code == code ? fault : nil }

  /// Whether the response said that the call is taken already: 8528, from the emulator or from a rule.
  var foundCallTaken: Bool { code == "8528" && wasAnswered && !asksForRetry }
}
