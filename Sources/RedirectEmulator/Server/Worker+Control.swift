import Core
import EventLoop
import HTTP1
import RedirectCall

extension Worker {
  /// Answers a call of the control API, or begins a stream of events.
  func control(
    _ message: Span<UInt8>, _ head: RequestHead, _ body: Span<UInt8>, _ connection: Connection
  ) {
    let answer: ControlAnswer
    do throws(ControlError) {
      try server.access.check(message, head)
      let call = ControlAPI.Call(message, head, body)
      if case .part(.events, let name) = ControlRoute(call.path), head.method == .get {
        return try stream(call, name, message, head, connection)
      }
      answer = ControlAPI(server: server, wallClock: loop.wallClock).answer(call)
    } catch {
      answer = ControlAnswer(error)
    }
    let context = answerContext(message, head, result: nil)
    answers.append(
      answer.status, answer.fields, contentType: answer.contentType, body: answer.body, context,
      message, now: wallClockSeconds, to: &connection.output)
    if context.closes { connection.closesWhenSent = true }
  }

  /// Begins a stream of Server-Sent Events: first what came after the client's `Last-Event-ID`, then each
  /// request as it ends. It ends with the connection.
  private func stream(
    _ call: ControlAPI.Call, _ name: String, _ message: Span<UInt8>, _ head: RequestHead,
    _ connection: Connection
  ) throws(ControlError) {
    try call.refuseParameters()
    let resource = try ControlAPI(server: server, wallClock: loop.wallClock).resource(name)
    let last = head.value(of: .lastEventID).flatMap {
      EventStream.lastEventID(message.string(in: $0))
    }
    let subscription = EventSubscription(
      resource: resource, mailbox: loop.mailbox, connection: connection.id)
    // The lock is held for a copy of the references only; what is told of them is chosen outside of it.
    let missing = resource.state.withLock { state in
      state.subscribers.append(subscription)
      return last.map { ($0, state.journal.page(), state.journal.missed(after: $0)) }
    }
    var context = answerContext(message, head, result: nil)
    context.closes = true
    answers.appendUnbounded(
      200, contentType: EventStream.contentType, context, message, now: wallClockSeconds,
      to: &connection.output)
    connection.output.append(contentsOf: EventStream.preamble)
    var entries: [JournalEntry] = []
    if let (last, journal, missed) = missing {
      if missed > 0 { connection.output.append(contentsOf: EventStream.missed(missed)) }
      entries = journal.ended(after: last)
    }
    connection.beginStream(
      subscription, replaying: EventReplay(entries, resource: resource.name))
  }
}

extension ControlAPI.Call {
  init(_ message: Span<UInt8>, _ head: RequestHead, _ body: Span<UInt8>) {
    method = head.method
    methodName = message.string(in: head.methodBytes)
    path = QueryParameters.decoded(head.target.path, in: message)
    contentType = head.value(of: .contentType).map { message.string(in: $0) }
    parameters = []
    var query = QueryParameters(head.target.query)
    while let parameter = query.next(in: message) {
      parameters.append(
        (
          QueryParameters.decoded(parameter.name, in: message),
          QueryParameters.decoded(parameter.value, in: message)
        ))
    }
    self.body = []
    self.body.append(body, 0..<body.count)
  }
}
