import RedirectCall

extension Resource.State {
  /// What depends on other requests: counts the try, and where the checks passed, runs the operation once or
  /// finds its answer. Contract guide, "6. Repeatability" and "7. The call".
  ///
  /// - Parameters:
  ///   - fingerprint: of a request with a repeatability pair.
  ///   - context: the call's context; empty where any call rings; nil where the body was refused.
  mutating func run(_ exchange: inout Exchange, fingerprint: RequestFingerprint?, context: String?)
  {
    exchange.ordinals = attempts.count(exchange.key?.requestID)
    guard exchange.rejection == nil else { return }
    guard let key = exchange.key, let fingerprint else {
      exchange.rejection = redirect(context, &exchange)
      return
    }
    exchange.result = .accepted
    let decision = repeatability.begin(key, fingerprint: fingerprint, now: exchange.now)
    switch decision {
    case .execute(let ticket):
      exchange.rejection = redirect(context, &exchange)
      repeatability.finish(
        ticket, answer: exchange.rejection.map { RememberedAnswer($0) } ?? .success)
    case .replay(let answer):
      exchange.rejection = answer.rejection
    case .inProgress:
      exchange.rejection = decision.rejection(for: key)
    case .mismatch:
      exchange.rejection = decision.rejection(for: key)
      exchange.result = .rejected
    }
  }

  /// Redirects the call, where it rings.
  ///
  /// - Returns: why not.
  private mutating func redirect(_ context: String?, _ exchange: inout Exchange) -> Rejection? {
    if let context, !context.isEmpty {
      let verdict = calls.verdict(context, now: exchange.now)
      if let rejection = verdict.rejection { return rejection }
      calls.set(context, .redirected)
    }
    exchange.executed = true
    executed += 1
    return nil
  }
}

extension RegisteredCalls.Verdict {
  /// The refusal that this verdict is. Contract guide, "7. The call".
  var rejection: Rejection? {
    switch self {
    case .rings: nil
    case .unknown:
      refuse(404, "8522", "No call rings with this incomingCallContext: it was never registered.")
    case .expired:
      refuse(404, "8522", "The call of this incomingCallContext has stopped ringing.")
    case .redirecting:
      refuse(
        409, "8519", "The call of this incomingCallContext is being redirected by another request.")
    case .redirected:
      refuse(400, "8528", "The call of this incomingCallContext has already been redirected.")
    }
  }

  private func refuse(_ status: Int, _ code: String, _ message: String) -> Rejection {
    Rejection(
      stage: .call, status: status,
      error: CommunicationError(code: code, message: message, target: "incomingCallContext"),
      section: ContractSection.call)
  }
}
