import EventLoop
import HTTP1
import LibCrypto
import RedirectCall
import Scenarios

extension Worker {
  /// Answers a request for anything but the control API: runs the checks in their order, the operation where
  /// they pass, and the rules; writes the answer or starts a plan; and records what happened. Contract guide,
  /// "2. Order of the checks".
  func operation(
    _ message: Span<UInt8>, _ head: RequestHead, _ body: Span<UInt8>, _ connection: Connection
  ) {
    var exchange = Exchange(
      resource: server.resources.defaultResource,
      now: server.resources.defaultResource.clock.now(loop.wallClock))
    do throws(Rejection) {
      try check(message, head, body, connection, &exchange)
    } catch {
      exchange.rejection = error
      if error.stage == .repeatability { exchange.result = .rejected }
    }
    let resource = exchange.resource
    connection.lastResource = resource
    var entry = JournalEntry(
      time: exchange.now, arrived: Int64(clamping: connection.messageStart),
      connection: connection.id,
      message: resource.settings.journalLimit > 0
        ? Redaction.redacted(message: message, head: head, body: body) : .empty)
    let decision = resource.state.withLock { state in
      state.run(&exchange, body: body)
    }
    _ = decision
    _ = entry
    entry.status = 0
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
}
