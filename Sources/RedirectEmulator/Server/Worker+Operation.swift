import Core
import Documents
import EventLoop
import HTTP1
import RedirectCall
import Scenarios
import Synchronization

extension Worker {
  /// Serves a request that is not for the control API: runs the checks in their order and, if they pass, the operation.
  /// Writes the response and records what happened. Contract guide, "2. Order of the checks".
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
        server.fingerprinter.fingerprint(
          version: $0, firstSent: key.firstSent, body: body,
          operation: exchange.operation ?? .redirect)
      }
    }
    if let id = exchange.key?.requestID, let fingerprint {
      // It is made from what a repeat has in common with the first try, so nothing has to be remembered.
      exchange.chainID = .version4(
        high: id.high ^ fingerprint.value, low: id.low ^ fingerprint.value.byteSwapped)
    }
    let call = askedCall(exchange, body)
    if call != nil, let target = exchange.request?.target {
      exchange.nextCallee = NextCall.callee(target, body, of: exchange.resource)
    }
    let resource = exchange.resource
    let decision = resource.state.withLock { state in
      let facts =
        exchange.isNeighbour ? nil : state.scenario?.facts(exchange, request, head)
      return state.run(&exchange, fingerprint: fingerprint, call: call, facts: facts)
    }
    if exchange.droppedIDs { server.resources.dropForgottenIDs() }
    server.ringsNext(&exchange)
    if exchange.registeredCall == 0, !server.resources.hasOnlyDefault {
      noteMisdirected(exchange, call, body, decision)
    }
    if let decision, decision.needsPlan {
      return planned(
        decision, exchange, request, head, fingerprint: fingerprint, call: call)
    }
    return finish(&exchange, request, head, decision, to: &output)
  }

  /// The checks that need no memory of other requests.
  private func check(
    _ request: borrowing Request, _ head: RequestHead, _ exchange: inout Exchange
  ) throws(Rejection) {
    let message = request.message
    let operation = try OperationRoute.check(message: message, head: head)
    let credential = identify(request, head, &exchange)
    let settings = exchange.resource.settings
    guard operation == .redirect || settings.neighbours else {
      throw OperationRoute.notFound(message: message, head: head, neighbour: operation)
    }
    exchange.operation = operation
    let version = try settings.versions.check(message: message, query: head.target.query)
    exchange.version = version
    try credential.get()
    try ContentTypeCheck.check(message: message, head: head)
    if operation == .redirect {
      exchange.request = try RedirectBodyValidator.validate(
        request.body, version: version, strict: settings.strict)
    } else {
      exchange.neighbour = Exchange.Neighbour(
        try NeighbourRequest(request.body, of: operation, strict: settings.strict))
    }
    exchange.key = try RepeatabilityHeaders.check(
      message: message, head: head, now: exchange.now, strict: settings.strict)
  }

  /// The call that a request is about, if its context has to be looked up.
  private func askedCall(_ exchange: Exchange, _ body: Span<UInt8>) -> AskedCall? {
    if let request = exchange.request {
      return AskedCall(request.incomingCallContext, of: exchange.resource, body)
    }
    if let neighbour = exchange.neighbour {
      return AskedCall(neighbour.request.incomingCallContext, of: exchange.resource)
    }
    return exchange.operation == nil ? nil : AskedCall(ofRefused: body, at: exchange.resource)
  }

  /// Records the request in the call that it is about, if that call rings at another resource: the call's story is read
  /// there.
  private func noteMisdirected(
    _ exchange: Exchange, _ call: AskedCall?, _ body: Span<UInt8>, _ decision: Decision?
  ) {
    guard exchange.operation != nil else { return }
    let response: Call.Misdirected.Response
    if let rejection = exchange.rejection {
      response = .refused(status: rejection.status, code: rejection.error.code)
    } else if let decision, (call?.isOfAnotherResource ?? false) || !exchange.isValid {
      response = .ruled(decision.ruleName)
    } else {
      return
    }
    guard let context = call?.context ?? IncomingCallContext.find(in: body) else { return }
    let credential: Call.Misdirected.Credential =
      switch exchange.scheme {
      case _ where exchange.rejection?.stage == .authorization: .refused
      // It is no longer known whether it would have been refused.
      case _ where !exchange.isValid && exchange.rejection == nil: .none
      case .accessKey: .accessKey
      case .userToken, .entra: .token
      case .other, nil: .none
      }
    server.resources.noteMisdirected(context, at: exchange.resource) { home in
      Call.Misdirected(
        isRedirect: exchange.operation == .redirect, credential: credential, response: response,
        resource: exchange.resource.name, home: home,
        control: server.configuration.controlAPI
          ? server.addresses.ownControl.http + "/_emulator" : nil)
    }
  }

  /// Writes the response, and the entry of the journal.
  private func finish(
    _ exchange: inout Exchange, _ request: borrowing Request, _ head: RequestHead,
    _ decision: Decision?, to output: inout [UInt8]
  ) -> Reply {
    if exchange.chainID == nil { exchange.chainID = answers.newChainID() }
    let context = responseContext(
      request, head, result: exchange.result, chainID: exchange.chainID)
    let before = output.count
    if let rejection = exchange.rejection {
      answers.append(
        rejection, context, request.message, now: wallClockSeconds, to: &output)
    } else if exchange.operation == .answer, let connection = exchange.connection {
      answers.append(
        200, [], contentType: CommunicationErrorResponse.contentType, body: connection.json,
        context, request.message, now: wallClockSeconds, to: &output)
    } else {
      answers.appendSuccess(context, request.message, now: wallClockSeconds, to: &output)
    }
    var entry = journalEntry(exchange, recorded(request, head, exchange), request.origin)
    if let decision { entry.ruleMark = RuleMark(decision) }
    entry.status = UInt16(clamping: exchange.status)
    entry.closes = context.closes
    entry.answeredAt = UInt32(clamping: wallClockSeconds)
    // The journal may have dropped the content with the call's data by the time that somebody reads the call.
    if exchange.operation == .answer, exchange.rejection == nil {
      entry.answerCopy = AnswerCopy(Array(output[before...]))
    }
    let mark = answered(
      consume entry, exchange, request, head, bytes: output.count - before)
    return .bytes(closes: context.closes, entry: mark)
  }
}
