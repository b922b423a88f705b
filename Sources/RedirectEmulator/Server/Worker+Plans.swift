import Core
import EventLoop
import HTTP1
import RedirectCall
import Scenarios

extension Worker {
  /// Does to an answer what a rule has decided: makes the plan, and records the request now and its end when it has
  /// come.
  func planned(
    _ decision: Decision, _ exchange: Exchange, _ request: borrowing Request, _ head: RequestHead
  ) -> Reply {
    let context = answerContext(
      request, head, result: exchange.result, chainID: exchange.chainID)
    let common = answers.commonFields(context, request.message, now: wallClockSeconds)
    let now = Instant(nanoseconds: Int64(clamping: loop.wallClock))
    let answer =
      decision.answer(common: common, now: now) ?? Answer(exchange.rejection, common: common)
    let plan = PlanBuilder.plan(answer: answer, decision: decision, closes: context.closes)

    var entry = journalEntry(exchange, recorded(request, head, exchange), request.origin)
    entry.rule = decision.ruleName
    entry.plan = PlannedStep.steps(of: plan)
    entry.status = UInt16(clamping: plan.status ?? 0)
    entry.retryAfter = plan.retryAfter ?? -1
    entry.plannedCode = plan.errorCode
    server.resources.keepHeadroom(for: entry.message.bytes.count)
    let recorded = entry
    let faults = decision.faultNames
    entry.seq = exchange.resource.state.withLock { state in
      if state.resets == exchange.resets { state.totals.countFaults(faults.count) }
      state.openExchanges += 1
      return state.journal.record(recorded)
    }
    for name in faults { metrics.faultFired(name) }
    server.log(
      .trace, "plan",
      fields: [
        "seq": .integer(Int64(clamping: entry.seq)),
        "steps": .text(entry.plan.map(\.description).joined(separator: ", then ")),
      ])
    // It may be long until its end has a line.
    if plan.steps.contains(.hold) {
      server.log.request(entry, resource: exchange.resource.name, isHeld: true)
    }
    return .plan(
      plan, ExchangeRecord(exchange, entry, headLength: plan.headLength ?? .max, worker: self))
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
