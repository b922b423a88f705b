import Core
import EventLoop
import HTTP1
import RedirectCall
import Synchronization

extension Worker {
  /// Serves a call of the control API, gives it to the background thread, or begins a stream of events.
  func control(
    _ request: borrowing Request, _ head: RequestHead, to output: inout [UInt8]
  ) -> Reply {
    let context = responseContext(request, head)
    let response: ControlResponse
    do throws(ControlError) {
      let path = QueryParameters.decoded(head.target.path, in: request.message)
      try server.access.check(request.message, head, ControlRoute.access(head.method, path))
      let call = ControlAPI.Call(request, head)
      switch ControlAPI(server: server, wallClock: loop.wallClock).outcome(of: call) {
      case .response(let made): response = made
      case .later(let work):
        return try later(request, context, holding: call.body.count) { [server] context, message in
          .bytes(server.affordable(work()).response(context, message), closes: context.closes)
        }
      case .verify(let call, let resource, let time):
        return try verify(call, resource, within: time, request, context)
      case .eventsHead:
        var context = context
        context.closes = true
        answers.appendUnbounded(
          200, contentType: EventStream.contentType, context, request.message,
          now: wallClockSeconds, to: &output)
        return .bytes(closes: true, entry: nil)
      case .events(let query):
        return try stream(query, request, head, context, to: &output)
      }
    } catch {
      response = ControlResponse(error)
    }
    server.affordable(response).append(
      context, request.message, by: &answers, now: wallClockSeconds, to: &output)
    return .bytes(closes: context.closes, entry: nil)
  }

  /// Responds to bytes that cannot be read as HTTP, on the control API's own port. They belong to no resource.
  func refuseControl(
    _ request: borrowing Request, _ fault: HTTPError, to output: inout [UInt8]
  ) -> Reply {
    let rejection = Rejection(fault)
    ControlResponse(
      ControlError(
        status: rejection.status, code: rejection.error.code, message: rejection.error.message)
    ).append(
      ResponseWriter.Context(clientRequestID: nil, result: nil, closes: true), request.message,
      by: &answers, now: wallClockSeconds, to: &output)
    return .bytes(closes: true, entry: nil)
  }

  /// Gives work to the background thread.
  ///
  /// - Parameters:
  ///   - bytes: the memory that the work needs until it is done.
  ///   - work: gets the response's context, and the message that its ranges refer to.
  private func later(
    _ request: borrowing Request, _ context: ResponseWriter.Context, holding bytes: Int,
    _ work: @escaping @Sendable (ResponseWriter.Context, [UInt8]) -> Job.Outcome
  ) throws(ControlError) -> Reply {
    try later(request, context, holding: bytes, held: nil) { context, message, deliver in
      deliver(work(context, message))
    }
  }

  /// Checks a question on the background thread, and again each time that a request ends, until all checks hold or the time is over.
  private func verify(
    _ call: ControlAPI.Call, _ resource: ResourceCore, within time: Duration,
    _ request: borrowing Request, _ context: ResponseWriter.Context
  ) throws(ControlError) -> Reply {
    let wait = wait(at: resource)
    let timer = loop.schedule(after: time) { wait.hurry() }
    do throws(ControlError) {
      return try later(
        request, context, holding: call.body.count, held: Job.Held(wait: wait, timer: timer)
      ) { [server] context, message, deliver in
        @Sendable func send(_ response: ControlResponse) {
          deliver(
            .bytes(server.affordable(response).response(context, message), closes: context.closes))
        }
        do throws(ControlError) {
          let question = try call.question(of: resource, at: server, send)
          // The body's memory is returned when this job is done; the question is kept.
          let bytes = VerifyWait.cost(ofBody: call.body.count)
          try server.holdBody(bytes)
          let begins = wait.begin(
            question, holding: bytes,
            whenBusy: { send(ControlResponse(.busy(server.background.jobLimit))) })
          if !begins {
            server.resources.budget.give(bytes, for: .body)
            throw .tooManyWaits
          }
        } catch {
          send(ControlResponse(error))
        }
      }
    } catch {
      loop.cancel(timer)
      throw error
    }
  }

  /// Gives work to the background thread.
  ///
  /// - Parameters:
  ///   - held: what the response then waits for.
  ///   - work: as for ``later(_:_:holding:_:)``; it calls the closure that it gets once, on any thread.
  private func later(
    _ request: borrowing Request, _ context: ResponseWriter.Context, holding bytes: Int,
    held: Job.Held?,
    _ work:
      @escaping @Sendable (
        ResponseWriter.Context, [UInt8], @escaping @Sendable (Job.Outcome) -> Void
      ) -> Void
  ) throws(ControlError) -> Reply {
    jobsMade += 1
    let job = Job(number: jobsMade, held: held)
    let connection = request.origin.connection
    try server.holdBody(bytes)
    let body = HeldBody(bytes, of: server.resources.budget)
    // The request's bytes are only lent. The response needs only this id from them.
    var kept = context
    var message: [UInt8] = []
    if let id = context.clientRequestID {
      message.append(request.message, id)
      kept.clientRequestID = 0..<message.count
    }
    let accepted = server.background.submit(holding: bytes) {
      [kept, message, mailbox = loop.mailbox] in
      // Also if nobody waits any more. A stop drops jobs together with the budget.
      defer { body.giveBack() }
      work(kept, message) { outcome in
        // This is done before the client can read the response, so that there is room for the client's next call.
        body.giveBack()
        // The mailbox takes it even if it is full: there are at most as many of these as waiting connections.
        let isPosted = mailbox.insist { loop in
          (loop.owner as? Connections)?.deliver(outcome, of: job, to: connection)
        }
        if !isPosted { outcome.cancel() }
      }
    }
    guard accepted else {
      body.giveBack()
      throw .busy(server.background.jobLimit)
    }
    return .later(job)
  }

  /// A question about a resource that is judged several times.
  private func wait(at resource: ResourceCore) -> VerifyWait {
    VerifyWait(of: resource, background: server.background) {
      [mailbox = loop.mailbox] time, action in
      mailbox.post { loop in _ = loop.schedule(after: time, action) }
    }
  }

  /// Begins a stream of Server-Sent Events: first what came after the client's `Last-Event-ID`, then each
  /// event when it comes. It ends with the connection.
  private func stream(
    _ query: EventQuery, _ request: borrowing Request, _ head: RequestHead,
    _ context: ResponseWriter.Context, to output: inout [UInt8]
  ) throws(ControlError) -> Reply {
    let message = request.message
    var context = context
    context.closes = true
    guard case .one(let resource) = query.scope else {
      return try streamOfAll(query, request, context)
    }
    let types = query.types
    let subscription = EventSubscription(
      query,
      calls: types.contains(.call)
        ? CallWatch(
          of: resource, wait(at: resource),
          page: server.pageOfCalls(ControlAPI.Call(request, head), resource),
          isSummary: query.fields == .summary)
        : nil,
      mailbox: loop.mailbox, connection: request.origin.connection)
    let id = head.value(of: .lastEventID).flatMap { $0.isEmpty ? nil : message.string(in: $0) }
    if id != nil || types.contains(.call) {
      let given = id.flatMap { EventStream.lastEventID($0) }
      return try later(request, context, holding: 0) { [server] context, message in
        // The copy takes no time; its events are chosen outside of the lock.
        let journal = resource.state.withLock { state in
          state.subscribers.append(subscription)
          return state.journal
        }
        // Before anything is sent, so that the reader gets every event after the head.
        guard subscription.watchCalls() else {
          subscription.cancel()
          return .bytes(ControlResponse(.tooManyWaits).response(context, message), closes: true)
        }
        var bytes = Self.beginning(context, message)
        if types.contains(.hello) {
          bytes.append(contentsOf: EventStream.hello(server, [resource], isOfAll: false))
        }
        guard id != nil else { return .events(bytes, subscription, EventReplay()) }
        // An id that this run never sent, such as one of an earlier run, does not say what the reader knows.
        let isKnown = given.map { $0 <= journal.lastSeq } ?? false
        let last = isKnown ? given ?? 0 : 0
        let missed = journal.missed(after: last)
        if types.contains(.missed), missed > 0 || !isKnown {
          bytes.append(contentsOf: EventStream.missed(missed))
        }
        let entries = types.contains(.request) ? journal.page().ended(after: last) : []
        return .events(bytes, subscription, EventReplay(entries, of: resource, subscription.form))
      }
    }
    _ = subscription.begin()
    // Removed meanwhile: nobody will end the stream.
    if subscription.isOver {
      throw ControlError(
        status: 404, code: "NoSuchResource",
        message: "The resource '\(resource.name)' was removed.",
        target: "name")
    }
    answers.appendUnbounded(
      200, contentType: EventStream.contentType, context, message, now: wallClockSeconds,
      to: &output)
    output.append(contentsOf: EventStream.preamble)
    if types.contains(.hello) {
      output.append(contentsOf: EventStream.hello(server, [resource], isOfAll: false))
    }
    return .stream(EventStream(subscription, replaying: EventReplay()))
  }

  /// Begins a stream of all resources' events. It has no ids, so it cannot resume.
  private func streamOfAll(
    _ query: EventQuery, _ request: borrowing Request, _ context: ResponseWriter.Context
  ) throws(ControlError) -> Reply {
    let subscription = EventSubscription(
      query, mailbox: loop.mailbox, connection: request.origin.connection)
    return try later(request, context, holding: 0) { [server] context, message in
      guard let resources = subscription.begin() else {
        return .bytes(ControlResponse(.tooManyReaders).response(context, message), closes: true)
      }
      var bytes = Self.beginning(context, message)
      if query.types.contains(.hello) {
        bytes.append(contentsOf: EventStream.hello(server, resources, isOfAll: true))
      }
      return .events(bytes, subscription, EventReplay())
    }
  }

  /// The head of a stream that begins on the background thread, and its first events.
  private static func beginning(
    _ context: ResponseWriter.Context, _ message: [UInt8]
  ) -> [UInt8] {
    var answers = ResponseWriter()
    var bytes: [UInt8] = []
    answers.appendUnbounded(
      200, contentType: EventStream.contentType, context, message.span,
      now: Int64(clamping: SystemCall.realtimeNow() / 1_000_000_000), to: &bytes)
    bytes.append(contentsOf: EventStream.preamble)
    return bytes
  }
}

extension ControlResponse {
  fileprivate func append(
    _ context: ResponseWriter.Context, _ message: Span<UInt8>, by writer: inout ResponseWriter,
    now: Int64, to output: inout [UInt8]
  ) {
    writer.append(
      status, fields, contentType: contentType, body: body, context, message, now: now, to: &output)
  }

  /// The whole response, made on any thread.
  fileprivate func response(_ context: ResponseWriter.Context, _ message: [UInt8]) -> [UInt8] {
    var writer = ResponseWriter()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(body.count + 512)
    append(
      context, message.span, by: &writer,
      now: Int64(clamping: SystemCall.realtimeNow() / 1_000_000_000), to: &bytes)
    return bytes
  }
}

extension ControlError {
  /// 503: too much work waits.
  fileprivate static func busy(_ limit: Int) -> ControlError {
    ControlError(
      status: 503, code: "Busy",
      message:
        "Too many requests to the control API wait for their turn: \(limit) do, or their bodies are larger than may wait. Try again in a second, or send fewer at a time."
    )
  }

  /// 503: too many questions wait.
  fileprivate static let tooManyWaits = ControlError(
    status: 503, code: "Busy",
    message:
      "Too many questions wait with 'within' at this resource: \(VerifyWait.limit) may. Ask without 'within', or give each test a resource of its own.",
    target: "within")
}

extension ControlError {
  /// 503: too many clients read the events of all resources.
  fileprivate static let tooManyReaders = ControlError(
    status: 503, code: "Busy",
    message:
      "Too many clients read the events of all resources: \(EventSubscription.limitOfAll) may. Read those of one with GET R/events.",
    target: "resources")
}

extension ControlAPI.Call {
  init(_ request: borrowing Request, _ head: RequestHead) {
    let message = request.message
    method = head.method
    methodName = message.string(in: head.methodBytes)
    path = QueryParameters.decoded(head.target.path, in: message)
    contentType = head.value(of: .contentType).map { message.string(in: $0) }
    host = head.authority.flatMap { HostAndPort(message.string(in: $0)) }
    entrance = request.origin.entrance
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
    acceptsGzip = AcceptedCoding.acceptsGzip(head, message)
    let identity = head.fields.filter {
      message.holds(ignoringCase: "x-identity-header", in: $0.name)
    }
    if identity.count == 1 {
      identityHeader = []
      identityHeader?.append(message, identity[0].value)
    }
  }
}
