import Core
import Documents
import EventLoop
import HTTP1
import RedirectCall
import Scenarios

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
    exchange.requestID =
      exchange.key?.requestID
      ?? head.value(of: .repeatabilityRequestID).flatMap { RequestUUID(message, in: $0) }
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
    let resource = exchange.resource
    let decision = resource.state.withLock { state in
      let facts = state.scenario?.facts(exchange, message, head, body, connection: connection.id)
      return state.run(&exchange, fingerprint: fingerprint, context: context, facts: facts)
    }
    if let decision, decision.needsPlan {
      carryOut(decision, exchange, message, head, body, connection)
    } else {
      finish(&exchange, message, head, body, connection, rule: decision?.ruleName)
    }
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
    _ connection: Connection, rule: String?
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
    var entry = journalEntry(exchange, recorded(message, head, body, exchange), connection)
    entry.rule = rule
    entry.status = UInt16(clamping: exchange.status)
    answered(entry, exchange, bytes: connection.output.count - before, connection)
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
}
