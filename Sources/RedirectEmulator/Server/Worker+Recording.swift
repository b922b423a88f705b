import Core
import Documents
import EventLoop
import HTTP1
import RedirectCall

extension Worker {
  /// The request as the journal keeps it; empty where nobody will read it.
  func recorded(
    _ message: Span<UInt8>, _ head: RequestHead, _ body: Span<UInt8>, _ exchange: Exchange
  ) -> RecordedMessage {
    guard exchange.isRecorded || logsRequests else { return .empty }
    var publicLength: Int?
    if let secret = exchange.secretStart, let credential = head.value(of: .authorization) {
      publicLength = secret - credential.lowerBound
    }
    return Redaction.redacted(
      message, head: head, content: body, credentialPublicLength: publicLength)
  }

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
      entry.targetKind = target.kind
      entry.targetID =
        UInt32(clamping: target.id.range.lowerBound)..<UInt32(clamping: target.id.range.upperBound)
    }
    entry.executed = exchange.executed
    entry.failure = exchange.rejection
    return entry
  }

  /// Records a request that was answered at once.
  func answered(
    _ entry: consuming JournalEntry, _ exchange: Exchange, bytes: Int, _ connection: Connection
  ) {
    entry.bytesSent = Int64(bytes)
    entry.duration = Int64(clamping: SystemCall.monotonicNow() &- connection.messageStart)
    entry.end = .answered
    count(entry)
    // As a rule nobody looks at the entry but the journal, which then takes it without a copy.
    var made: JournalEntry? = entry
    let logs = logsRequests
    let (seq, subscribers) = exchange.resource.state.withLock { state in
      if logs || !state.subscribers.isEmpty, let entry = made {
        return (state.journal.record(entry), state.subscribers)
      }
      return (made.take().map { state.journal.record($0) } ?? 0, [])
    }
    connection.unsent = JournalMark(resource: exchange.resource, seq: seq)
    guard var told = made else { return }
    told.seq = seq
    tell(told, exchange, subscribers)
  }

  /// Tells everybody who counts or listens that a request has ended.
  func ended(_ entry: JournalEntry, _ exchange: Exchange, _ subscribers: [EventSubscription]) {
    count(entry)
    tell(entry, exchange, subscribers)
  }

  private func count(_ entry: borrowing JournalEntry) {
    metrics.requestEnded(
      status: entry.status, stage: entry.failure?.stage, executed: entry.executed,
      duration: entry.duration)
  }

  private func tell(
    _ entry: JournalEntry, _ exchange: Exchange, _ subscribers: [EventSubscription]
  ) {
    EventSubscription.tell(subscribers, of: entry, resource: exchange.resource.name)
    log(entry, exchange)
  }

  /// Whether anybody reads a line a request.
  private var logsRequests: Bool { server.log.isEnabled(.info) }

  /// One line a request, where anybody wants it.
  private func log(_ entry: JournalEntry, _ exchange: Exchange) {
    server.log(
      .info, "request",
      fields: logFields(entry, RecordedRequest(entry, resource: exchange.resource.name)))
  }

  private func logFields(_ entry: JournalEntry, _ request: RecordedRequest)
    -> [String: LogLine.Value]
  {
    var fields: [String: LogLine.Value] = [
      "method": .text(request.method ?? "-"), "path": .text(request.path ?? "-"),
      "target": .text(entry.targetKind?.rawValue ?? "-"),
      "status": entry.status == 0 ? .text("-") : .integer(Int64(entry.status)),
      "code": .text(entry.code ?? "-"),
      "durationMs": .decimal(Double(entry.duration / 1_000) / 1_000),
      "requestId": .text(request.repeatabilityRequestID ?? "-"),
      "clientRequestId": .text(request.clientRequestID ?? "-"),
    ]
    if let rule = entry.rule { fields["rule"] = .text(rule) }
    if let end = entry.end, end != .answered { fields["end"] = .text("\(end)") }
    return fields
  }
}
