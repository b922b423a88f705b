/// Makes what a connection does out of an answer and what a rule decided for it.
package enum PlanBuilder {
  /// - Parameters:
  ///   - answer: the scenario's (``Decision/answer(common:now:)``) or, where it has none, the operation's own.
  ///   - closes: whether the connection ends after the answer, since the client or the server says so; the answer's
  ///     field lines already tell.
  package static func plan(answer: Answer, decision: Decision, closes: Bool = false) -> WirePlan {
    var random = decision.random
    var steps: [WirePlan.Step] = []
    if let delay = decision.delay, delay > .zero { steps.append(.wait(delay)) }
    var plan =
      decision.action?.fault?.plan(answer, &random)
      ?? answer.plan([.send(answer.bytes), .keepAlive])
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
