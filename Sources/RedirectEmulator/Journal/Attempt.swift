import Core
import FoundationEssentials
import HTTP1
import RedirectCall

/// One request of an operation.
public struct Attempt: Sendable {
  /// The journal's entry for it. A verification looks at many attempts, and at little of each.
  private let entry: JournalEntry

  init(_ entry: JournalEntry) {
    self.entry = entry
  }

  /// The request's position in the journal.
  public var seq: UInt64 { entry.seq }
  /// The status that it got; nil if none was sent.
  public var status: Int? { entry.sentStatus }
  /// The rule that decided the response.
  public var rule: String? { entry.rule }
  /// Whether this attempt executed the redirect.
  public var executed: Bool { entry.executed }
  /// What else happened to it.
  public var details: AttemptDetails { AttemptDetails(entry) }
  /// How it ended; nil while the response is still being sent.
  public var end: RequestEnd? { entry.end }
  /// From the first byte received to the last one sent.
  public var duration: Duration { .nanoseconds(entry.duration) }
  /// How long the response asked the client to wait before it tries again, in whole milliseconds; nil if it did not
  /// ask, or if a fault prevented its head from being sent.
  public var retryAfter: Duration? { retryAfterNanoseconds.map { .nanoseconds($0) } }
  /// `x-ms-client-request-id`.
  public var clientRequestID: String? { reader.value(of: .xMSClientRequestID) }
  /// `Repeatability-First-Sent` as sent.
  public var repeatabilityFirstSent: String? { reader.value(of: .repeatabilityFirstSent) }
  /// The request's outcome.
  public var outcome: RequestOutcome { entry.outcome }
  /// When its first byte came, on the resource's clock.
  public var time: Date { Date(entry.time) }

  /// `Repeatability-Request-ID` as sent.
  package var requestID: String? { reader.value(of: .repeatabilityRequestID) }
  package var instant: Instant { entry.time }
  /// On the monotonic clock, in nanoseconds.
  package var arrived: Int64 { entry.arrived }
  package var durationNanoseconds: Int64 { entry.duration }
  package var retryAfterNanoseconds: Int64? { entry.retryAfter < 0 ? nil : entry.retryAfter }

  /// When the last byte was sent, on the monotonic clock, in nanoseconds.
  var ended: Int64 { entry.arrived &+ entry.duration }

  private var reader: RecordedMessageReader { RecordedMessageReader(entry.message.withoutToken) }
}

// MARK: What an operation reads of its first attempt

extension Attempt {
  /// The target; nil if the body was not read that far.
  var target: RecordedRequest.Target? { RecordedRequest.Target(entry) }

  /// `api-version`.
  var apiVersion: String? { reader.queryParameter("api-version") }

  /// `User-Agent`.
  var userAgent: String? { reader.value(named: "user-agent") }

  /// `incomingCallContext`.
  var incomingCallContext: String? { entry.incomingCallContext }
}
