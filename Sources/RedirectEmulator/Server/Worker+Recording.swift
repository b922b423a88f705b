import EventLoop
import HTTP1
import Logging
import RedirectCall
import Synchronization

extension Worker {
  /// The journal's entry for a request, as far as it is known before its answer.
  func journalEntry(_ exchange: Exchange, _ recorded: RecordedMessage, _ connection: Connection)
    -> JournalEntry
  {
    var entry = JournalEntry(
      time: exchange.now, arrived: Int64(clamping: connection.messageStart),
      connection: connection.id, message: recorded)
    entry.scheme = exchange.scheme
    entry.user = exchange.user
    entry.repeatabilityResult = exchange.result.flatMap { .init(rawValue: $0.rawValue) }
    entry.attempt = exchange.requestID == nil ? 0 : exchange.ordinals.attempt
    if let target = exchange.request?.target {
      entry.targetKind = target.kind.rawValue
      entry.targetID =
        UInt32(clamping: target.id.range.lowerBound)..<UInt32(clamping: target.id.range.upperBound)
    }
    entry.executed = exchange.executed
    entry.failure = exchange.rejection
    return entry
  }

  /// Records a request that was answered at once.
  func answered(
    _ entry: inout JournalEntry, _ exchange: Exchange, bytes: Int, _ connection: Connection
  ) {
    entry.bytesSent = Int64(bytes)
    entry.duration = Int64(clamping: SystemCall.monotonicNow() &- connection.messageStart)
    entry.end = .answered
    let (seq, subscribers) = exchange.resource.state.withLock { state in
      (state.journal.record(entry), state.subscribers)
    }
    connection.unsent = JournalMark(resource: exchange.resource, seq: seq)
    entry.seq = seq
    ended(entry, exchange, subscribers)
  }

  /// Tells everybody who counts or listens that a request has ended.
  func ended(_ entry: JournalEntry, _ exchange: Exchange, _ subscribers: [EventSubscription]) {
    metrics.requestEnded(
      status: entry.status, stage: entry.failure?.stage, executed: entry.executed,
      duration: entry.duration)
    EventSubscription.tell(subscribers, of: entry, resource: exchange.resource.name)
    log(entry, exchange)
  }

  /// One line a request, where anybody wants it.
  private func log(_ entry: JournalEntry, _ exchange: Exchange) {
    guard let logger = server.logger, logger.logLevel <= .info else { return }
    let request = RecordedRequest(entry, resource: exchange.resource.name)
    var metadata: Logger.Metadata = [
      "method": "\(request.method ?? "-")", "path": "\(request.path ?? "-")",
      "target": "\(entry.targetKind ?? "-")",
      "status": entry.status == 0 ? "-" : "\(entry.status)",
      "code": "\(entry.failure?.error.code ?? "-")",
      "durationMs": "\(Double(entry.duration / 1_000) / 1_000)",
      "requestId": "\(request.repeatabilityRequestID ?? "-")",
      "clientRequestId": "\(request.clientRequestID ?? "-")",
    ]
    if let rule = entry.rule { metadata["rule"] = "\(rule)" }
    if let end = entry.end, end != .answered { metadata["end"] = "\(end)" }
    logger.info("request", metadata: metadata)
  }
}
