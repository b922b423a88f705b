import Core
import EventLoop
import HTTP1
import RedirectCall
import Scenarios
import Synchronization

extension Worker {
  /// Applies a rule's decision to a response: makes the plan, records the request now, and its end when it comes.
  func planned(
    _ decision: Decision, _ asked: Exchange, _ request: borrowing Request, _ head: RequestHead,
    fingerprint: RequestFingerprint?, call: AskedCall?
  ) -> Reply {
    var exchange = asked
    let chainID = exchange.chainID ?? answers.newChainID()
    exchange.chainID = chainID
    let context = responseContext(request, head, result: exchange.result, chainID: chainID)
    let common = answers.commonFields(context, request.message, now: wallClockSeconds)
    let now = Instant(nanoseconds: Int64(clamping: loop.wallClock))
    let response =
      decision.response(common: common, now: now)
      ?? DraftResponse(exchange.rejection, common: common)
    let isDelayed = decision.beforeExecution && exchange.rejection == nil
    let plan =
      isDelayed
      ? PlanBuilder.delayed(decision, closes: context.closes)
      : PlanBuilder.plan(response: response, decision: decision, closes: context.closes)
    let delayed =
      isDelayed
      ? ExchangeRecord.Delayed(
        decision: decision, fingerprint: fingerprint, call: call, common: common) : nil

    var entry = journalEntry(exchange, recorded(request, head, exchange), request.origin)
    entry.ruleMark = RuleMark(decision)
    entry.plan = PlannedStep.steps(of: plan)
    if !isDelayed { entry.answerCopy = AnswerCopy(decision.whole(response), sentBy: plan) }
    entry.closes = context.closes
    entry.status = UInt16(clamping: plan.status ?? 0)
    entry.retryAfter = plan.retryAfter ?? -1
    entry.plannedCode = plan.errorCode
    server.resources.keepHeadroom(
      for: entry.message.cost + (entry.answerCopy?.bytes.count ?? 0))
    let recorded = entry
    let faults = decision.faultNames
    let (seq, subscribers) = exchange.resource.state.withLock { state in
      if state.resets == exchange.resets { state.totals.countFaults(faults.count) }
      state.openExchanges += 1
      let seq = state.journal.record(recorded)
      if exchange.registeredCall != 0, let attempt = CallAttempt(recorded) {
        state.note(attempt, seq: seq, of: exchange.registeredCall, server.resources.budget)
      }
      return (seq, state.subscribers)
    }
    entry.seq = seq
    EventSubscription.tell(subscribers, of: entry, .started, resource: exchange.resource.name)
    for name in faults { metrics.faultFired(name) }
    server.log(
      .trace, "plan",
      fields: [
        "seq": .integer(Int64(clamping: entry.seq)),
        "steps": .text(entry.plan.map(\.description).joined(separator: ", then ")),
      ])
    // It may take long until the request ends and gets its line.
    if plan.steps.contains(.hold) {
      server.log.request(entry, resource: exchange.resource.name, isHeld: true)
    }
    return .plan(
      plan,
      ExchangeRecord(
        exchange, entry, headLength: plan.headLength ?? .max,
        wholeLength: plan.wholeLength ?? .max,
        dated: plan.asksUntilDate ? loop.now : nil, delayed: delayed, worker: self))
  }
}

extension Decision {
  /// A response before a fault spoils it; nil if the rule planned none.
  func whole(_ response: DraftResponse) -> [UInt8]? {
    // Without `respond`, the response that a fault spoils was only made for the fault.
    standsIn && action?.respond == nil ? nil : response.bytes
  }
}

extension DraftResponse {
  /// The operation's own response.
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
