import RedirectCall
import Scenarios

extension ResourceCore.State {
  /// The part that depends on other requests: counts the try and, if the checks passed, runs the operation once or
  /// finds its response. Contract guide, "6. Repeatability" and "7. The call".
  ///
  /// - Parameters:
  ///   - fingerprint: of a request with a repeatability pair.
  ///   - call: the call that the request is about; nil if any context is accepted, or if the body was refused.
  ///   - facts: the facts about the request that rules need; nil if there are no rules.
  /// - Returns: the decision of a rule.
  mutating func run(
    _ exchange: inout Exchange, fingerprint: RequestFingerprint?, call: AskedCall?,
    facts: consuming RuleFacts?
  ) -> Decision? {
    if let call, let number = calls.number(of: call.context) {
      exchange.registeredCall = number
      calls.update(number) { call in
        call.requests += 1
        exchange.chainID = call.correlationID
        if exchange.isNeighbour { exchange.parties = Exchange.Parties(call.from, call.to) }
        exchange.ordinalOfCall = call.requests
        exchange.deliveriesOfCall = call.deliveries.last?.n ?? 0
      }
    }
    defer { exchange.droppedIDs = settleIDs() }
    exchange.resets = resets
    exchange.isValid = exchange.rejection == nil
    exchange.isRecorded = journal.isOn || !subscribers.isEmpty
    if !exchange.isNeighbour, exchange.rejection == nil || exchange.requestID != nil {
      exchange.ordinals = requestIDs.count(exchange.requestID)
    }
    var decision: Decision?
    if var facts = facts.take() {
      facts.attempt = Int(exchange.ordinals.attempt)
      facts.call = Int(exchange.ordinals.call)
      facts.ofCall = exchange.ordinalOfCall
      facts.deliveries = exchange.deliveriesOfCall
      exchange.scenarioState = scenario?.engine.stateNumber ?? 0
      decision = scenario?.decide(facts, now: exchange.now)
    }
    if let decision, decision.standsIn {
      exchange.rejection = nil
      exchange.isRuled = true
      return decision
    }
    // After its delay: see `ExchangeRecord.execute`. Until then, and if its client leaves before, the rule has kept it from
    // being executed.
    if let decision, decision.beforeExecution, exchange.rejection == nil {
      exchange.isRuled = true
      return decision
    }
    if exchange.rejection == nil {
      execute(&exchange, fingerprint, call, isSlow: decision?.keepsOperationOpen ?? false)
    }
    return decision
  }

  mutating func execute(
    _ exchange: inout Exchange, _ fingerprint: RequestFingerprint?, _ call: AskedCall?, isSlow: Bool
  ) {
    guard let key = exchange.key, let fingerprint else {
      exchange.rejection = redirect(call, &exchange, isSlow: isSlow)
      return
    }
    exchange.result = .accepted
    let decision = requestIDs.begin(key, fingerprint: fingerprint, now: exchange.now)
    switch decision {
    case .execute(let ticket):
      exchange.rejection = redirect(call, &exchange, isSlow: isSlow)
      if isSlow {
        exchange.ticket = ticket
      } else {
        requestIDs.finish(ticket, answer: exchange.remembered)
      }
    case .replay(let answer):
      exchange.rejection = answer.rejection
    case .inProgress:
      exchange.rejection = decision.rejection(for: key)
    case .mismatch:
      exchange.rejection = decision.rejection(for: key)
      exchange.result = .rejected
    }
  }

  /// Ends an operation with a response that took its time. Until now its repeats got the response that it is in
  /// progress. It does not affect what began later, or after a reset.
  mutating func complete(_ exchange: Exchange) {
    if let ticket = exchange.ticket {
      requestIDs.finish(ticket, answer: exchange.remembered)
    }
    if let ticket = exchange.redirecting { calls.finish(ticket) }
  }

  /// Redirects the call, if it rings.
  ///
  /// - Returns: why the call was not redirected.
  private mutating func redirect(_ call: AskedCall?, _ exchange: inout Exchange, isSlow: Bool)
    -> Rejection?
  {
    if let call {
      let number = exchange.registeredCall == 0 ? nil : exchange.registeredCall
      switch calls.verdict(number, now: exchange.now) {
      case .unknown where call.isOfAnotherResource:
        return RegisteredCalls.Verdict.ofAnotherResource.rejection
      case .unknown where !call.hasToBeRegistered: break
      case let verdict:
        if case .expired(let end) = verdict, exchange.operation == .redirect {
          calls.update(exchange.registeredCall) { call in
            call.lateBy = call.lateBy ?? exchange.now.nanoseconds &- end.nanoseconds
          }
        }
        if let rejection = verdict.rejection { return rejection }
        if isSlow {
          exchange.redirecting = calls.begin(exchange.registeredCall, at: exchange.now)
        } else {
          calls.take(
            exchange.registeredCall, by: exchange.operation ?? .redirect, at: exchange.now)
        }
        if let callee = exchange.nextCallee {
          exchange.nextCall = ringNext(
            after: exchange.registeredCall, to: callee, exchange.resource, at: exchange.now)
        }
      }
    }
    exchange.executed = true
    return nil
  }
}

extension ResourceCore.State {
  /// Keeps an attempt with the registered call that it is about, if there is memory for it.
  mutating func note(
    _ attempt: CallAttempt, seq: UInt64, of number: UInt64, _ budget: MemoryBudget
  ) {
    var attempt = attempt
    attempt.seq = seq
    let cost = attempt.cost
    let isKept = budget.take(cost, for: .call, .small)
    calls.update(number) { [attempt] call in call.note(attempt, isKept: isKept) }
    settleCalls(budget, extra: isKept ? cost : 0)
  }
}

extension CallOperation {
  /// The participle for a call that this operation took.
  fileprivate var participle: String {
    switch self {
    case .redirect: "redirected"
    case .reject: "rejected"
    case .answer: "answered"
    }
  }
}

extension RegisteredCalls.Verdict {
  /// The rejection for this verdict. Contract guide, "7. The call".
  var rejection: Rejection? {
    switch self {
    case .rings: nil
    case .unknown:
      refuse(404, "8522", "No call rings with this incomingCallContext: it was never registered.")
    case .ofAnotherResource:
      refuse(
        403, "7507",
        "The call of this incomingCallContext rings at another resource than the credential's.")
    case .expired:
      refuse(404, "8522", "The call of this incomingCallContext has stopped ringing.")
    case .redirecting:
      refuse(
        409, "8519", "The call of this incomingCallContext is being redirected by another request.")
    case .taken(let operation):
      refuse(
        400, "8528",
        "The call of this incomingCallContext has already been \(operation.participle).")
    }
  }

  private func refuse(_ status: Int, _ code: String, _ message: String) -> Rejection {
    Rejection(
      stage: .call, status: status,
      error: CommunicationError(code: code, message: message, target: "incomingCallContext"),
      section: ContractSection.call)
  }
}

extension Decision {
  /// Whether the operation is in progress until its response is sent: if only the response takes its time. With `after:
  /// execution` it ends before that.
  var keepsOperationOpen: Bool { needsPlan && !standsIn && !afterExecution }
}
