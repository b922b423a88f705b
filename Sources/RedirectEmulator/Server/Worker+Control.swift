import Core
import EventLoop
import HTTP1
import RedirectCall

extension Worker {
  /// Answers a call of the control API, or begins a stream of events.
  func control(
    _ request: borrowing Request, _ head: RequestHead, to output: inout [UInt8]
  ) -> Reply {
    var answer: ControlAnswer
    do throws(ControlError) {
      let path = QueryParameters.decoded(head.target.path, in: request.message)
      try server.access.check(request.message, head, ControlRoute.access(head.method, path))
      let call = ControlAPI.Call(request, head)
      switch ControlAPI(server: server, wallClock: loop.wallClock).outcome(of: call) {
      case .answer(let made): answer = made
      case .events(let resource): return .stream(stream(resource, request, head, to: &output))
      }
    } catch {
      answer = ControlAnswer(error)
    }
    let context = answerContext(request, head)
    answer = server.affordable(answer)
    answers.append(
      answer.status, answer.fields, contentType: answer.contentType, body: answer.body, context,
      request.message, now: wallClockSeconds, to: &output)
    return .bytes(closes: context.closes, entry: nil)
  }

  /// Begins a stream of Server-Sent Events: first what came after the client's `Last-Event-ID`, then each
  /// request as it ends. It ends with the connection.
  private func stream(
    _ resource: ResourceCore, _ request: borrowing Request, _ head: RequestHead,
    to output: inout [UInt8]
  ) -> EventStream {
    let message = request.message
    let last = head.value(of: .lastEventID).flatMap {
      EventStream.lastEventID(message.string(in: $0))
    }
    let subscription = EventSubscription(
      resource: resource, mailbox: loop.mailbox, connection: request.origin.connection)
    // The lock is held for a copy of the references only; what is told of them is chosen outside of it.
    let missing = resource.state.withLock { state in
      state.subscribers.append(subscription)
      return last.map { ($0, state.journal.page(), state.journal.missed(after: $0)) }
    }
    var context = answerContext(request, head)
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
    return EventStream(subscription, replaying: EventReplay(entries, of: resource))
  }
}

extension ControlAPI.Call {
  init(_ request: borrowing Request, _ head: RequestHead) {
    let message = request.message
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
    body = []
    body.append(request.body)
  }
}
