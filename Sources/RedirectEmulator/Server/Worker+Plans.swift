import Core
import EventLoop
import HTTP1
import RedirectCall
import Scenarios

extension Worker {
  /// Does to an answer what a rule has decided: makes the plan, which the connection then runs, and records the
  /// request now and its end when it has come.
  func carryOut(
    _ decision: Decision, _ exchange: Exchange, _ message: Span<UInt8>, _ head: RequestHead,
    _ body: Span<UInt8>, _ connection: Connection
  ) {
    let context = answerContext(message, head, result: exchange.result)
    let common = answers.commonFields(context, message, now: wallClockSeconds)
    let now = Instant(nanoseconds: Int64(clamping: loop.wallClock))
    let answer =
      decision.answer(common: common, now: now) ?? Answer(exchange.rejection, common: common)
    let plan = PlanBuilder.plan(answer: answer, decision: decision, closes: context.closes)

    var entry = journalEntry(exchange, recorded(message, head, body, exchange), connection)
    entry.rule = decision.ruleName
    entry.plan = PlannedStep.steps(of: plan)
    entry.status = plan.status ?? 0
    entry.retryAfter = answer.askedWait ?? -1
    entry.plannedCode = plan.errorCode
    let recorded = entry
    let seq = exchange.resource.state.withLock { $0.journal.record(recorded) }
    entry.seq = seq
    if let name = decision.faultName { metrics.faultFired(name) }

    connection.phase = .planned
    connection.run = PlanRun(plan, startedAt: connection.messageStart) {
      [entry, unowned self] outcome in
      planEnded(outcome, entry, exchange)
    }
  }

  private func planEnded(_ outcome: PlanOutcome, _ entry: JournalEntry, _ exchange: Exchange) {
    var entry = entry
    // Where the client left before a byte was sent, it got no status.
    if outcome.bytesSent == 0 { entry.status = 0 }
    entry.bytesSent = Int64(outcome.bytesSent)
    entry.duration = Int64(clamping: outcome.nanoseconds)
    entry.end = outcome.end
    let ended = entry
    let subscribers = exchange.resource.state.withLock { state in
      state.complete(exchange)
      state.journal.finish(
        ended.seq, status: ended.status, bytesSent: ended.bytesSent, duration: ended.duration,
        end: outcome.end)
      return state.subscribers
    }
    self.ended(entry, exchange, subscribers)
  }
}

extension Answer {
  /// The operation's own answer.
  init(_ rejection: Rejection?, common: [ResponseField]) {
    guard let rejection else {
      self.init(status: 204, fields: common)
      return
    }
    self.init(
      status: rejection.status, fields: common,
      body: CommunicationErrorResponse.render(rejection.error))
    for field in rejection.fields { set(field) }
    set(ResponseField("x-ms-error-code", rejection.error.code))
    set(ResponseField("Content-Type", CommunicationErrorResponse.contentType))
  }
}

extension WirePlan {
  /// The status that a client reads from what the plan sends last of all whole status lines; nil where it sends none.
  var status: UInt16? {
    var found: UInt16?
    for step in steps {
      switch step {
      case .send(let bytes), .pace(let bytes, _, _):
        if let status = Self.status(bytes) { found = status }
      default: break
      }
    }
    return found
  }

  /// The `x-ms-error-code` in what the plan sends; nil where it sends none.
  var errorCode: String? {
    for step in steps {
      switch step {
      case .send(let bytes), .pace(let bytes, _, _):
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        for line in lines where line.lowercased().hasPrefix("x-ms-error-code:") {
          let value = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
          return String(value)
        }
      default: break
      }
    }
    return nil
  }

  private static func status(_ bytes: [UInt8]) -> UInt16? {
    guard bytes.count >= 12, bytes.starts(with: Array("HTTP/1.".utf8)), bytes[8] == 0x20,
      let status = UInt16(String(decoding: bytes[9..<12], as: UTF8.self)), status >= 100
    else { return nil }
    return status
  }
}
