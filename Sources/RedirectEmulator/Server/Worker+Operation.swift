import EventLoop
import HTTP1
import Logging
import RedirectCall
import Scenarios
import Synchronization

extension Worker {
  /// Answers a request that is not for the control API: runs the checks in their order, and the operation where
  /// they pass; writes the answer and records what happened. Contract guide, "2. Order of the checks".
  func operation(
    _ message: Span<UInt8>, _ head: RequestHead, _ body: Span<UInt8>, _ connection: Connection
  ) {
    var exchange = Exchange(resource: server.resources.defaultResource, wallClock: loop.wallClock)
    do throws(Rejection) {
      try check(message, head, body, connection, &exchange)
    } catch {
      exchange.rejection = error
      if error.stage == .repeatability { exchange.result = .rejected }
    }
    connection.lastResource = exchange.resource
    let fingerprint = exchange.key.flatMap { key in
      exchange.version.map {
        server.fingerprinter.fingerprint(version: $0, firstSent: key.firstSent, body: body)
      }
    }
    let context = exchange.request.map { request in
      exchange.resource.settings.calls == .registered
        ? request.incomingCallContext.string(in: body) : ""
    }
    exchange.resource.state.withLock { state in
      state.run(&exchange, fingerprint: fingerprint, context: context)
    }
    finish(&exchange, message, head, body, connection)
  }

  /// The checks that need no memory of other requests.
  private func check(
    _ message: Span<UInt8>, _ head: RequestHead, _ body: Span<UInt8>, _ connection: Connection,
    _ exchange: inout Exchange
  ) throws(Rejection) {
    try OperationRoute.check(message: message, head: head)
    let credential = identify(message, head, body, connection, &exchange)
    let settings = exchange.resource.settings
    let version = try settings.versions.check(message: message, query: head.target.query)
    exchange.version = version
    try credential.get()
    try ContentTypeCheck.check(message: message, head: head)
    exchange.request = try RedirectBodyValidator.validate(
      body, version: version, strict: settings.strict)
    exchange.key = try RepeatabilityHeaders.check(
      message: message, head: head, now: exchange.now, strict: settings.strict)
  }

  /// Writes the answer, and the entry of the journal.
  private func finish(
    _ exchange: inout Exchange, _ message: Span<UInt8>, _ head: RequestHead, _ body: Span<UInt8>,
    _ connection: Connection
  ) {
    let context = answerContext(message, head, result: exchange.result)
    let before = connection.output.count
    if let rejection = exchange.rejection {
      answers.append(
        rejection, context, message, now: wallClockSeconds, to: &connection.output)
    } else {
      answers.appendSuccess(context, message, now: wallClockSeconds, to: &connection.output)
    }
    if context.closes { connection.closesWhenSent = true }
    record(
      exchange, Redaction.redacted(message, head: head, content: body),
      bytes: connection.output.count - before, connection, body)
  }

  /// What the answer to a request says of its connection and its id.
  func answerContext(_ message: Span<UInt8>, _ head: RequestHead, result: RepeatabilityResult?)
    -> AnswerWriter.Context
  {
    AnswerWriter.Context(
      clientRequestID: head.value(of: .xMSClientRequestID), result: result,
      closes: !head.keepAlive || isDraining,
      saysKeepAlive: head.version.minor == 0, isHead: head.method == .head)
  }

  /// Seconds since 1970 on the machine's clock: what `Date` says.
  var wallClockSeconds: Int64 { Int64(clamping: loop.wallClock / 1_000_000_000) }

  /// Records a request that was answered at once.
  func record(
    _ exchange: Exchange, _ recorded: RecordedMessage, bytes: Int, _ connection: Connection,
    _ body: Span<UInt8>
  ) {
    let duration = Int64(clamping: SystemCall.monotonicNow() &- connection.messageStart)
    var entry = JournalEntry(
      time: exchange.now, arrived: Int64(clamping: connection.messageStart),
      connection: connection.id, message: recorded)
    entry.scheme = exchange.scheme
    entry.user = exchange.user
    entry.repeatabilityResult = exchange.result.flatMap { .init(rawValue: $0.rawValue) }
    entry.attempt = exchange.key == nil ? 0 : exchange.ordinals.attempt
    if let target = exchange.request?.target {
      entry.targetKind = target.kind.rawValue
      entry.targetID =
        UInt32(
          clamping: target.id.range.lowerBound)..<UInt32(
          clamping: target.id.range.upperBound)
    }
    entry.executed = exchange.executed
    entry.status = UInt16(clamping: exchange.status)
    entry.bytesSent = Int64(bytes)
    entry.duration = duration
    entry.end = .answered
    entry.failure = exchange.rejection
    let (seq, subscribers) = exchange.resource.state.withLock { state in
      (state.journal.record(entry), state.subscribers)
    }
    connection.unsent = JournalMark(resource: exchange.resource, seq: seq)
    entry.seq = seq
    EventSubscription.tell(subscribers, of: entry, resource: exchange.resource.name)
    metrics.requestEnded(
      status: entry.status, stage: exchange.rejection?.stage, executed: exchange.executed,
      duration: duration)
    log(entry, exchange)
  }

  /// One line a request, where anybody wants it.
  private func log(_ entry: JournalEntry, _ exchange: Exchange) {
    guard let logger = server.logger, logger.logLevel <= .info else { return }
    let request = RecordedRequest(entry, resource: exchange.resource.name)
    logger.info(
      "request",
      metadata: [
        "method": "\(request.method ?? "-")", "path": "\(request.path ?? "-")",
        "target": "\(entry.targetKind ?? "-")", "status": "\(entry.status)",
        "code": "\(exchange.rejection?.error.code ?? "-")",
        "durationMs": "\(Double(entry.duration / 1_000) / 1_000)",
        "requestId": "\(request.repeatabilityRequestID ?? "-")",
        "clientRequestId": "\(request.clientRequestID ?? "-")",
      ])
  }
}
