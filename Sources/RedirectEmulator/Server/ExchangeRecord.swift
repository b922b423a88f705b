import Core
import EventLoop
import HTTP1
import RedirectCall
import Scenarios
import Synchronization

/// Records an exchange when its plan has ended. By the request's tickets it finishes only what its own request began,
/// and nothing of a later request.
final class ExchangeRecord {
  /// The resource that the request belongs to.
  var resource: ResourceCore { exchange.resource }

  /// An operation that is executed when its delay is over.
  struct Delayed {
    var decision: Decision
    var fingerprint: RequestFingerprint?
    var call: AskedCall?
    /// The field lines of its response.
    var common: [ResponseField]
  }

  private var exchange: Exchange
  private(set) var entry: JournalEntry
  private var headLength: Int
  private var wholeLength: Int
  /// When the plan was made, if its response asks the client to wait until a date: monotonic nanoseconds.
  private let dated: UInt64?
  private var delayed: Delayed?
  private let worker: Worker

  /// - Parameters:
  ///   - entry: the journal's entry, with its number.
  ///   - headLength: bytes of the plan that a client needs to have read the response's head.
  ///   - wholeLength: bytes of the plan that a client needs to have read the response.
  ///   - dated: when the plan was made, if its response asks the client to wait until a date.
  init(
    _ exchange: Exchange, _ entry: JournalEntry, headLength: Int, wholeLength: Int,
    dated: UInt64? = nil, delayed: Delayed? = nil, worker: Worker
  ) {
    self.headLength = headLength
    self.dated = dated
    self.delayed = delayed
    self.wholeLength = wholeLength
    self.exchange = exchange
    self.entry = entry
    self.worker = worker
  }

  /// Executes an operation after its delay, on the resource's clock as it is now.
  ///
  /// - Returns: the plan of its response; nil if it was executed already.
  func execute(wallClock: UInt64) -> WirePlan? {
    guard let delayed = delayed.take() else { return nil }
    exchange.now = resource.clock.now(wallClock)
    exchange.isRuled = false
    let answer = resource.state.withLock { state in
      state.execute(&exchange, delayed.fingerprint, delayed.call, isSlow: false)
      exchange.droppedIDs = state.settleIDs()
      return exchange.rejection
    }
    if exchange.droppedIDs { worker.server.resources.dropForgottenIDs() }
    worker.server.resources.keepHeadroom(for: 0)
    worker.server.ringsNext(&exchange)
    var common = delayed.common.filter { $0.name != "Repeatability-Result" }
    if let result = exchange.result {
      common.append(ResponseField("Repeatability-Result", result.rawValue))
    }
    let response = DraftResponse(answer, common: common)
    let plan = PlanBuilder.plan(
      response: response, decision: delayed.decision, closes: entry.closes, isDelayed: true)
    (headLength, wholeLength) = (plan.headLength ?? .max, plan.wholeLength ?? .max)
    entry.executed = exchange.executed
    entry.isRuled = exchange.isRuled
    entry.failure = exchange.rejection
    entry.repeatabilityResult = exchange.result.flatMap { .init(rawValue: $0.rawValue) }
    entry.status = UInt16(clamping: plan.status ?? 0)
    entry.retryAfter = plan.retryAfter ?? -1
    entry.plannedCode = plan.errorCode
    entry.plan += PlannedStep.steps(of: plan)
    entry.answerCopy = AnswerCopy(delayed.decision.whole(response), sentBy: plan)
    let executed = entry
    resource.state.withLock { state in
      state.journal.replace(executed)
      guard exchange.registeredCall != 0, let attempt = CallAttempt(executed) else { return }
      state.calls.update(exchange.registeredCall) { call in
        call.amend(attempt.seq) { $0 = attempt }
      }
    }
    return plan
  }

  /// Completes the journal's entry, the request's operation and its call. Called once.
  func end(_ outcome: PlanOutcome) {
    // A client is judged only by waits that it could read.
    if outcome.bytesSent < headLength {
      entry.retryAfter = -1
    } else if let dated, entry.retryAfter > 0 {
      let gone = Int64(clamping: outcome.time &- dated)
      entry.retryAfter = max(entry.retryAfter - gone, 0) / 1_000_000 * 1_000_000
    }
    // If the client left before a byte was sent, it got no status.
    if outcome.bytesSent == 0 { entry.status = 0 }
    entry.bytesSent = Int64(outcome.bytesSent)
    entry.duration = Int64(clamping: outcome.time &- UInt64(clamping: entry.arrived))
    entry.end = outcome.end
    entry.isWhole = outcome.bytesSent >= wholeLength
    let ended = entry
    let (subscribers, waits) = resource.state.withLock { state in
      state.openExchanges -= 1
      state.complete(exchange)
      if exchange.registeredCall != 0, let attempt = CallAttempt(ended) {
        state.calls.update(exchange.registeredCall) { call in
          call.amend(attempt.seq) { $0 = attempt }
        }
      }
      // Requests from before a reset do not count after it.
      if state.resets == exchange.resets { state.totals.count(ended.outcome) }
      state.journal.finish(
        ended.seq, status: ended.status, retryAfter: ended.retryAfter,
        bytesSent: ended.bytesSent, duration: ended.duration, end: outcome.end,
        isWhole: ended.isWhole)
      return (state.subscribers, state.waits)
    }
    for wait in waits { wait.notice() }
    worker.ended(entry, exchange, subscribers)
  }
}

/// How a plan ended.
struct PlanOutcome {
  var end: RequestEnd
  /// How many of the plan's own bytes were sent.
  var bytesSent: Int
  /// When it ended: monotonic nanoseconds.
  var time: UInt64
}
