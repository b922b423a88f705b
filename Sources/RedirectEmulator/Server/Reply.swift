import Scenarios

/// What a connection does about a request: the result of ``Worker/answer(_:to:)``.
enum Reply {
  /// The response is in the output that was lent to the worker.
  ///
  /// - Parameters:
  ///   - closes: whether the connection ends after it.
  ///   - entry: the exchange's mark in the journal; nil if it has none, as for the control API.
  case bytes(closes: Bool, entry: JournalMark?)
  /// A rule decides what is sent and when. The record gets the plan's end.
  case plan(WirePlan, ExchangeRecord)
  /// The response is made on the background thread, and comes through the loop's mailbox to the connection that waits for
  /// this job.
  case later(Job)
  /// Events follow, when they come, after the bytes in the output.
  case stream(EventStream)
}
