import EventLoop
import HTTP1
import RedirectCall

extension Worker {
  /// Answers a call of the control API, or begins a stream of events.
  func control(
    _ request: borrowing Request, _ head: RequestHead, to output: inout [UInt8]
  ) -> Reply {
    let answer: ControlAnswer
    do throws(ControlError) {
      try server.access.check(request.message, head)
      let call = ControlAPI.Call(request, head)
      if case .part(.events, let name) = ControlRoute(call.path), head.method == .get {
        return .stream(try stream(call, name, request, head, to: &output))
      }
      answer = ControlAPI(server: server, wallClock: loop.wallClock).answer(call)
    } catch {
      answer = ControlAnswer(error)
    }
    let context = answerContext(request, head, result: nil)
    answers.append(
      answer.status, answer.fields, contentType: answer.contentType, body: answer.body, context,
      request.message, now: wallClockSeconds, to: &output)
    return .bytes(closes: context.closes, entry: nil)
  }

  /// Begins a stream of Server-Sent Events: first what came after the client's `Last-Event-ID`, then each
  /// request as it ends. It ends with the connection.
  private func stream(
    _ call: ControlAPI.Call, _ name: String, _ request: borrowing Request,
    _ head: RequestHead,
    to output: inout [UInt8]
  ) throws(ControlError) -> EventStream {
    try call.refuseParameters()
    let resource = try ControlAPI(server: server, wallClock: loop.wallClock).resource(name)
    let message = request.message
    let last = head.value(of: .lastEventID).flatMap {
      EventStream.lastEventID(ASCII.string(message, $0))
    }
    let subscription = EventSubscription(
      resource: resource, mailbox: loop.mailbox, connection: request.origin.connection)
    // The lock is held for a copy of the references only; what is told of them is chosen outside of it.
    let missing = resource.state.withLock { state in
      state.subscribers.append(subscription)
      return last.map { ($0, state.journal.page(), state.journal.missed(after: $0)) }
    }
    var context = answerContext(request, head, result: nil)
    context.closes = true
    answers.appendUnbounded(
      200, contentType: EventStream.contentType, context, message, now: wallClockSeconds,
      to: &output)
    output.append(contentsOf: EventStream.preamble)
    var entries: [JournalEntry] = []
    if let (last, journal, missed) = missing {
      if missed > 0 { output.append(contentsOf: EventStream.missed(missed)) }
      entries = journal.ended(after: last)
    }
    return EventStream(subscription, replaying: EventReplay(entries, resource: resource.name))
  }
}

extension ControlAPI.Call {
  init(_ request: borrowing Request, _ head: RequestHead) {
    let message = request.message
    method = head.method
    methodName = ASCII.string(message, head.methodBytes)
    path = QueryParameters.decoded(head.target.path, in: message)
    contentType = head.value(of: .contentType).map { ASCII.string(message, $0) }
    parameters = []
    var query = QueryParameters(head.target.query)
    while let parameter = query.next(in: message) {
      parameters.append(
        (
          QueryParameters.decoded(parameter.name, in: message),
          QueryParameters.decoded(parameter.value, in: message)
        ))
    }
    body = []
    body.append(request.body)
  }
}
