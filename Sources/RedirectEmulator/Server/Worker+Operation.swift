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
    _ request: borrowing Request, _ head: RequestHead, to output: inout [UInt8]
  ) -> Reply {
    let message = request.message
    let body = request.body
    var exchange = Exchange(resource: server.resources.defaultResource, wallClock: loop.wallClock)
    do throws(Rejection) {
      try check(request, head, &exchange)
    } catch {
      exchange.rejection = error
      if error.stage == .repeatability { exchange.result = .rejected }
    }
    exchange.requestID =
      exchange.key?.requestID
      ?? head.value(of: .repeatabilityRequestID).flatMap { RequestUUID(message, in: $0) }
    let fingerprint = exchange.key.flatMap { key in
      exchange.version.map {
        server.fingerprinter.fingerprint(version: $0, firstSent: key.firstSent, body: body)
      }
    }
    if let id = exchange.key?.requestID, let fingerprint {
      // Made of what a repeat has in common with the first try, so that nothing has to be remembered.
      exchange.chainID = .version4(high: id.high ^ fingerprint.high, low: id.low ^ fingerprint.low)
    }
    let call = exchange.request.flatMap { AskedCall($0, of: exchange.resource, body) }
    let resource = exchange.resource
    let decision = resource.state.withLock { state in
      let facts = state.scenario?.facts(exchange, request, head)
      return state.run(&exchange, fingerprint: fingerprint, call: call, facts: facts)
    }
    if let decision, decision.needsPlan {
      return planned(decision, exchange, request, head)
    }
    return finish(&exchange, request, head, rule: decision?.ruleName, to: &output)
  }

  /// The checks that need no memory of other requests.
  private func check(
    _ request: borrowing Request, _ head: RequestHead, _ exchange: inout Exchange
  ) throws(Rejection) {
    let message = request.message
    try OperationRoute.check(message: message, head: head)
    let credential = identify(request, head, &exchange)
    let settings = exchange.resource.settings
    let version = try settings.versions.check(message: message, query: head.target.query)
    exchange.version = version
    try credential.get()
    try ContentTypeCheck.check(message: message, head: head)
    exchange.request = try RedirectBodyValidator.validate(
      request.body, version: version, strict: settings.strict)
    exchange.key = try RepeatabilityHeaders.check(
      message: message, head: head, now: exchange.now, strict: settings.strict)
  }

  /// Writes the answer, and the entry of the journal.
  private func finish(
    _ exchange: inout Exchange, _ request: borrowing Request, _ head: RequestHead, rule: String?,
    to output: inout [UInt8]
  ) -> Reply {
    let context = answerContext(
      request, head, result: exchange.result, chainID: exchange.chainID)
    let before = output.count
    if let rejection = exchange.rejection {
      answers.append(
        rejection, context, request.message, now: wallClockSeconds, to: &output)
    } else {
      answers.appendSuccess(context, request.message, now: wallClockSeconds, to: &output)
    }
    var entry = journalEntry(exchange, recorded(request, head, exchange), request.origin)
    entry.rule = rule
    entry.status = UInt16(clamping: exchange.status)
    let mark = answered(entry, exchange, request, head, bytes: output.count - before)
    return .bytes(closes: context.closes, entry: mark)
  }
}
