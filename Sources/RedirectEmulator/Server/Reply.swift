import Scenarios

/// What a connection does about a request: all that ``Worker/answer(_:to:)`` tells it.
enum Reply {
  /// The response is in the output that the worker was lent.
  ///
  /// - Parameters:
  ///   - closes: whether the connection ends behind it.
  ///   - entry: where the journal has the exchange; nil if it has none, as for the control API.
  case bytes(closes: Bool, entry: JournalMark?)
  /// A rule decides what is sent and when. The record is told how it ended.
  case plan(WirePlan, ExchangeRecord)
  /// The response is made on the background thread, and comes through the loop's mailbox to the connection that waits for
  /// this job.
  case later(Job)
  /// Events follow, as they come, behind what is in the output.
  case stream(EventStream)
}
