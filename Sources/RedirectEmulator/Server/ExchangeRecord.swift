import Core
import EventLoop
import Scenarios

/// What is recorded of an exchange when its plan has ended. It finishes what its own request began, by the tickets
/// that the request was given, and nothing that a later request did.
final class ExchangeRecord {
  /// The resource that the request belongs to.
  var resource: ResourceCore { exchange.resource }

  private let exchange: Exchange
  private(set) var entry: JournalEntry
  private let headLength: Int
  private let worker: Worker

  /// - Parameters:
  ///   - entry: as the journal has it, with its number.
  ///   - headLength: bytes of the plan that a client needs to have read the response's head.
  init(_ exchange: Exchange, _ entry: JournalEntry, headLength: Int, worker: Worker) {
    self.headLength = headLength
    self.exchange = exchange
    self.entry = entry
    self.worker = worker
  }

  /// Completes the journal's entry, the request's operation and its call. Called once.
  func end(_ outcome: PlanOutcome) {
    // A wait that the client was never asked for is not held against it.
    if outcome.bytesSent < headLength { entry.retryAfter = -1 }
    // Where the client left before a byte was sent, it got no status.
    if outcome.bytesSent == 0 { entry.status = 0 }
    entry.bytesSent = Int64(outcome.bytesSent)
    entry.duration = Int64(clamping: outcome.time &- UInt64(clamping: entry.arrived))
    entry.end = outcome.end
    let ended = entry
    let (subscribers, waits) = resource.state.withLock { state in
      state.openExchanges -= 1
      state.complete(exchange)
      // What came before a reset is not of what came after it.
      if state.resets == exchange.resets { state.totals.count(ended.outcome) }
      state.journal.finish(
        ended.seq, status: ended.status, retryAfter: ended.retryAfter,
        bytesSent: ended.bytesSent, duration: ended.duration, end: outcome.end)
      return (state.subscribers, state.waits)
    }
    for wait in waits { wait.notice() }
    worker.ended(entry, exchange, subscribers)
  }
}

/// How a plan ended.
struct PlanOutcome {
  var end: RequestEnd
  /// Of the plan's own bytes.
  var bytesSent: Int
  /// When: monotonic nanoseconds.
  var time: UInt64
}
