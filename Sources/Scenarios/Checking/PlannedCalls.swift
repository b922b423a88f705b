import Core
import RedirectCall

/// What a scenario does to the next calls, try by try. The engine itself decides, so a server decides the same.
package struct PlannedCalls: Sendable {
  /// One try of a call.
  package struct Attempt: Sendable, Equatable {
    /// The rule that decides; nil if none does.
    package var rule: String?
    package var step: Int?
    /// nil if the client gets no whole response that it can read.
    package var status: Int?
    package var fault: String?
    /// Whether this try executes the redirect.
    package var executed: Bool
    /// How long the client is asked to wait, in nanoseconds.
    package var retryAfter: Int64?
    /// How long the response is held back, in nanoseconds.
    package var delay: Int64?
  }

  /// Which calls come, and how.
  package struct Question: Sendable {
    /// How many calls.
    package var calls = 1
    /// The most tries of each call: a client stops at the first response that it considers final.
    package var tries = 1
    package var targetKind: String?
    package var targetID: String?
    /// The ordinal of the first call.
    package var firstCall = 1
    /// The ordinal of the connection that they come on.
    package var connection = 1

    package init() {}
  }

  /// The attempts of each call.
  package private(set) var calls: [[Attempt]] = []

  /// - Parameters:
  ///   - engine: with the counters to begin with.
  ///   - now: on the resource's clock. It advances by delays, and by the waits that responses ask for.
  /// - Complexity: O(calls × tries × rules).
  package init(_ engine: ScenarioEngine, _ question: Question, now: Instant) {
    var engine = engine
    var now = now
    for call in 0..<question.calls {
      var attempts: [Attempt] = []
      var isExecuted = false
      while attempts.count < question.tries {
        let request = PlainRequest(
          call: question.firstCall + call, attempt: attempts.count + 1, isValid: true,
          connection: question.connection, targetKind: question.targetKind,
          targetID: question.targetID)
        let decision = engine.decide(request, now: now)
        let attempt = Attempt(decision, isRepeat: isExecuted, now: now)
        attempts.append(attempt)
        if attempt.executed { isExecuted = true }
        now = now.advanced(
          by: .nanoseconds(attempt.delay ?? 0) + .nanoseconds(attempt.retryAfter ?? 0))
        if attempt.isFinal { break }
      }
      calls.append(attempts)
    }
  }
}

extension PlannedCalls.Attempt {
  init(_ decision: Decision?, isRepeat: Bool, now: Instant) {
    let standsIn = decision?.standsIn ?? false
    rule = decision?.ruleName
    step = decision?.step
    fault = decision?.action?.fault?.name
    executed = !standsIn && !isRepeat
    delay = decision?.delay?.wholeNanoseconds
    guard let decision, decision.action != nil else {
      status = 204
      return
    }
    let response =
      decision.response(common: Action.usualFields, now: now)
      ?? DraftResponse(status: 204, fields: Action.usualFields)
    let plan = PlanBuilder.plan(response: response, decision: decision)
    guard plan.wholeLength != nil else { return }
    status = plan.status
    retryAfter = plan.retryAfter
  }

  /// Whether a client considers the response final: there is one, and it does not say that another try may help.
  var isFinal: Bool {
    guard let status else { return false }
    return status != 408 && status != 429 && status < 500
  }
}
