import Documents
import RedirectCall

/// What happened to one request, besides what identifies its attempt. It is the same for attempts of operations and of
/// calls.
public struct AttemptDetails: Sendable, Equatable {
  /// The request's outcome.
  public internal(set) var outcome = RequestOutcome.repeated
  /// The check that refused it: `authorization`, `body`, `call`, …; nil if none did.
  public internal(set) var failedStage: String?
  /// The code of the error that it got in that case.
  public internal(set) var failedCode: String?
  /// Bytes of its response that were written to the client.
  public internal(set) var bytesSent: Int64 = 0
  /// Bytes of the whole response, sent or not; nil if there was to be none.
  public internal(set) var answerBytes: Int64?
  /// Whether the whole response was sent, to a client that was still there and can read it.
  public internal(set) var answerIsWhole = false
  /// Which step of its rule's sequence decided, from 1; nil if there is none.
  public internal(set) var step: Int?
  /// The connection's number.
  public internal(set) var connection: UInt64 = 0

  /// What the rule did; nil if none decided.
  package internal(set) var did: RuleMark.Work?

  package init() {}

  init(_ entry: JournalEntry) {
    outcome = entry.outcome
    failedStage = entry.failure?.stage.rawValue
    failedCode = entry.failure?.error.code
    bytesSent = entry.bytesSent
    answerBytes = entry.answerBytes
    answerIsWhole = entry.answerIsWhole
    let mark = entry.ruleMark
    step = mark?.step
    did = mark?.did
    connection = entry.connection
  }

  /// Appends the members that every attempt has.
  ///
  /// - Parameter pause: the time from the last byte of the previous response to its first byte, in nanoseconds; nil if
  ///   there is no previous response.
  func write(pause: Int64?, to writer: inout JSONWriter) {
    writer.member("outcome", outcome.rawValue)
    writer.member("repeated", outcome == .repeated)
    writer.optional("failed", failedStage) { writer, stage in
      writer.object { writer in
        writer.member("stage", stage)
        writer.member("code", failedCode)
      }
    }
    writer.member("step", step)
    writer.member("did", did?.rawValue)
    writer.member("bytesSent", bytesSent)
    writer.member("answerBytes", answerBytes)
    writer.member("answerWhole", answerIsWhole)
    writer.member("pauseMs", milliseconds: pause)
    writer.member("connection", connection)
  }
}
