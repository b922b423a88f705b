import Core

/// A condition of a rule that did not hold for a request, so that the rule did not decide it.
package struct UnmetCondition: Sendable, Hashable {
  /// As a scenario file has it: `attempts: 1..2`.
  package let condition: String
  /// What the request was like instead: `it was try 3`.
  package let seen: String

  package init(_ condition: String, _ seen: String) {
    self.condition = condition
    self.seen = seen
  }
}

extension ScenarioEngine {
  /// Which of a rule's conditions do not hold for a request that came earlier. `over`, `every` and `chance` are not
  /// asked: whether they held then cannot be told any more; see ``gate(ofRule:)``.
  ///
  /// - Parameters:
  ///   - rule: its index.
  ///   - arrival: on the resource's clock.
  package func unmet<Facts: RequestFacts & ~Copyable & ~Escapable>(
    rule: Int, by facts: borrowing Facts, arrival: Instant
  ) -> [UnmetCondition] {
    guard scenario.rules.indices.contains(rule) else { return [] }
    let conditions = scenario.rules[rule].conditions
    var unmet: [UnmetCondition] = []
    let elapsed = arrival.nanoseconds &- loadedAt.nanoseconds
    if elapsed < 0 {
      unmet.append(UnmetCondition("the rules", "it came before they were loaded"))
    }
    if let range = conditions.attempts, !range.contains(facts.attempt) {
      unmet.append(UnmetCondition("attempts: \(range)", "it was try \(facts.attempt)"))
    }
    if let range = conditions.calls, !range.contains(facts.call) {
      unmet.append(
        UnmetCondition("calls: \(range)", "it was of logical request \(facts.call)"))
    }
    if let range = conditions.ofCall, !range.contains(facts.ofCall) {
      unmet.append(
        UnmetCondition(
          "ofCall: \(range)",
          facts.ofCall == 0
            ? "it was about no registered call" : "it was request \(facts.ofCall) about its call"))
    }
    if let range = conditions.deliveries, !range.contains(facts.deliveries) {
      unmet.append(
        UnmetCondition(
          "deliveries: \(range)",
          facts.deliveries == 0
            ? "it was about no call of which an event was delivered"
            : "it came after delivery \(facts.deliveries) of its call"))
    }
    if let range = conditions.connections, !range.contains(facts.connection) {
      unmet.append(
        UnmetCondition("connections: \(range)", "it came on connection \(facts.connection)"))
    }
    if let window = conditions.during, elapsed >= 0, !window.contains(elapsed) {
      unmet.append(
        UnmetCondition(
          "during: \(window)",
          "it came \(DurationText(nanoseconds: elapsed)) after the rules were loaded"))
    }
    if let state = conditions.state, state != currentState {
      unmet.append(UnmetCondition("state: \(state)", "the state is now '\(currentState)'"))
    }
    conditions.match.addUnmet(by: facts, to: &unmet)
    return unmet
  }

  /// The conditions of a rule that choose among the requests for which all others hold, as a scenario file has them;
  /// empty where it has none.
  package func gate(ofRule rule: Int) -> [String] {
    guard scenario.rules.indices.contains(rule) else { return [] }
    let conditions = scenario.rules[rule].conditions
    var parts: [String] = []
    if let over = conditions.over { parts.append("over: \(over.rate)") }
    if let every = conditions.every, every > 1 { parts.append("every: \(every)") }
    if let chance = conditions.chance, chance < 1 {
      parts.append("chance: \(Percentage.text(chance))")
    }
    return parts
  }
}

extension RequestMatch {
  fileprivate func addUnmet<Facts: RequestFacts & ~Copyable & ~Escapable>(
    by facts: borrowing Facts, to unmet: inout [UnmetCondition]
  ) {
    switch validity {
    case .valid where !facts.isValid:
      unmet.append(UnmetCondition("match.valid: true", "a check refused it"))
    case .invalid where facts.isValid:
      unmet.append(UnmetCondition("match.valid: false", "it passed all checks"))
    default: break
    }
    func check(_ name: String, _ pattern: TextPattern?, _ text: String?) {
      guard let pattern, !(text.map { pattern.matches($0) } ?? false) else { return }
      unmet.append(
        UnmetCondition(
          "match.\(name): \(pattern.source)",
          text.map { "it had '\(ShownText.value($0.utf8))'" } ?? "it had none"))
    }
    check("target.kind", targetKind, facts.targetKind)
    check("target.id", targetID, facts.targetID)
    check("apiVersion", apiVersion, facts.apiVersion)
    check("user", user, facts.user)
    check("context", context, facts.context)
    for header in headers {
      let value = facts.header(header.name)
      if header.value != nil {
        check("header.\(header.name)", header.value, value)
      } else if let value {
        unmet.append(
          UnmetCondition(
            "match.header.\(header.name): null", "it had '\(ShownText.value(value.utf8))'"))
      }
    }
    if let auth, auth != facts.authScheme ?? "none" {
      unmet.append(UnmetCondition("match.auth: \(auth)", "it had \(facts.authScheme ?? "none")"))
    }
  }
}
