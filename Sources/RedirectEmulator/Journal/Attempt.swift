import Core
import FoundationEssentials
import HTTP1
import RedirectCall

/// One request of an operation.
public struct Attempt: Sendable {
  /// The request's position in the journal.
  public let seq: UInt64
  /// The status that it got; nil where none was sent.
  public let status: Int?
  /// The rule that decided the answer.
  public let rule: String?
  /// Whether this attempt executed the redirect.
  public let executed: Bool
  /// What else happened to it.
  public let details: AttemptDetails
  /// How it ended; nil while the answer is still being sent.
  public let end: RequestEnd?
  /// From the first byte received to the last one sent.
  public let duration: Duration
  /// How long the response asked the client to wait before it tries again, in whole milliseconds; nil where it did
  /// not ask, and where a fault kept its head off the wire.
  public let retryAfter: Duration?
  /// `x-ms-client-request-id`.
  public let clientRequestID: String?
  /// `Repeatability-First-Sent` as sent.
  public let repeatabilityFirstSent: String?

  /// `Repeatability-Request-ID` as sent.
  package let requestID: String?
  package let instant: Instant
  /// On the monotonic clock, in nanoseconds.
  package let arrived: Int64
  package let durationNanoseconds: Int64
  package let retryAfterNanoseconds: Int64?

  /// When its first byte came, on the resource's clock.
  public var time: Date { Date(instant) }

  init(_ entry: JournalEntry, _ reader: RecordedMessageReader) {
    seq = entry.seq
    status = entry.status == 0 ? nil : Int(entry.status)
    rule = entry.rule
    executed = entry.executed
    details = AttemptDetails(entry)
    end = entry.end
    duration = .nanoseconds(entry.duration)
    retryAfter = entry.retryAfter < 0 ? nil : .nanoseconds(entry.retryAfter)
    clientRequestID = reader.value(of: .xMSClientRequestID)
    requestID = reader.value(of: .repeatabilityRequestID)
    repeatabilityFirstSent = reader.value(of: .repeatabilityFirstSent)
    instant = entry.time
    arrived = entry.arrived
    durationNanoseconds = entry.duration
    retryAfterNanoseconds = entry.retryAfter < 0 ? nil : entry.retryAfter
  }

  /// What became of it.
  public var outcome: RequestOutcome { details.outcome }

  /// When the last byte was sent, on the monotonic clock, in nanoseconds.
  var ended: Int64 { arrived &+ durationNanoseconds }
}
