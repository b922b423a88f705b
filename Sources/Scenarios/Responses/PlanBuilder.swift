/// Makes a connection's plan from a response and the decision of a rule.
package enum PlanBuilder {
  /// A plan that waits and then executes the operation.
  package static func delayed(_ decision: Decision, closes: Bool) -> WirePlan {
    var plan = WirePlan([.wait(decision.delay ?? .zero), .execute])
    plan.closes = closes
    return plan
  }

  /// - Parameters:
  ///   - response: the scenario's response (``Decision/response(common:now:)``) or, if it has none, the operation's
  ///     own.
  ///   - closes: whether the connection ends after the response, because the client or the server says so; the
  ///     response's field lines say it already.
  ///   - isDelayed: whether the decision's delay is over.
  package static func plan(
    response: DraftResponse, decision: Decision, closes: Bool = false, isDelayed: Bool = false
  ) -> WirePlan {
    var random = decision.random
    var steps: [WirePlan.Step] = []
    if let delay = decision.delay, delay > .zero, !isDelayed { steps.append(.wait(delay)) }
    var plan =
      decision.action?.fault?.plan(response, &random)
      ?? response.plan([.send(response.bytes), .keepAlive])
    for step in plan.steps {
      switch step {
      case .send(let bytes):
        if let pace = decision.action?.pace, bytes.count > pace.chunk {
          steps.append(.pace(bytes, chunk: pace.chunk, every: pace.every))
        } else {
          steps.append(step)
        }
      default: steps.append(step)
      }
    }
    plan.steps = steps
    plan.closes = closes
    return plan
  }
}
