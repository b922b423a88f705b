import Core

/// A condition of a rule that did not hold for a request, so that the rule did not decide it.
package struct UnmetCondition: Sendable, Hashable {
  /// What a request had for the condition.
  package enum Seen: Sendable, Hashable {
    case number(Int)
    case text(String)
    /// Something else, or something without a name.
    case nothing
  }

  /// The condition's path in a rule: `attempts`, `match.target.id`.
  package let name: String
  /// What it requires, in the form of a scenario file: `1..2`.
  package let expected: String
  /// What the request had instead.
  package let seen: Seen
  /// The same in words: `it was try 3`.
  package let words: String

  /// The condition in the form of a scenario file: `attempts: 1..2`.
  package var condition: String { expected.isEmpty ? name : "\(name): \(expected)" }

  package init(_ name: String, _ expected: String, _ seen: Seen, _ words: String) {
    self.name = name
    self.expected = expected
    self.seen = seen
    self.words = words
  }
}

extension ScenarioEngine {
  /// The conditions of a rule that do not hold for an earlier request. `over`, `every` and `chance` are left out: it is
  /// no longer known whether they held then. See ``gate(ofRule:)``.
  ///
  /// - Parameters:
  ///   - rule: its index.
  ///   - arrival: when the request came, on the resource's clock.
  ///   - number: the number of the state in which the rules were tried; nil if that is not known.
  package func unmet<Facts: RequestFacts & ~Copyable & ~Escapable>(
    rule: Int, by facts: borrowing Facts, arrival: Instant, state number: UInt8? = nil
  ) -> [UnmetCondition] {
    guard scenario.rules.indices.contains(rule) else { return [] }
    let conditions = scenario.rules[rule].conditions
    var unmet: [UnmetCondition] = []
    func miss(
      _ name: String, _ expected: some CustomStringConvertible, _ seen: UnmetCondition.Seen,
      _ words: String
    ) {
      unmet.append(UnmetCondition(name, "\(expected)", seen, words))
    }
    let elapsed = arrival.nanoseconds &- loadedAt.nanoseconds
    if elapsed < 0 {
      miss("the rules", "", .nothing, "it came before they were loaded")
    }
    if !isEnabled(rule) { miss("enabled", "true", .text("false"), "the rule is switched off") }
    if let range = conditions.attempts, !range.contains(facts.attempt) {
      miss("attempts", range, .number(facts.attempt), "it was try \(facts.attempt)")
    }
    if let range = conditions.calls, !range.contains(facts.call) {
      miss("calls", range, .number(facts.call), "it was of logical request \(facts.call)")
    }
    if let range = conditions.ofCall, !range.contains(facts.ofCall) {
      miss(
        "ofCall", range, .number(facts.ofCall),
        facts.ofCall == 0
          ? "it was about no registered call" : "it was request \(facts.ofCall) about its call")
    }
    if let range = conditions.deliveries, !range.contains(facts.deliveries) {
      miss(
        "deliveries", range, .number(facts.deliveries),
        facts.deliveries == 0
          ? "it was about no call of which an event was delivered"
          : "it came after delivery \(facts.deliveries) of its call")
    }
    if let range = conditions.connections, !range.contains(facts.connection) {
      miss(
        "connections", range, .number(facts.connection),
        "it came on connection \(facts.connection)")
    }
    if let window = conditions.during, elapsed >= 0, !window.contains(elapsed) {
      let passed = DurationText(nanoseconds: elapsed).description
      miss("during", window, .text(passed), "it came \(passed) after the rules were loaded")
    }
    if let state = conditions.state {
      let then = number.flatMap { stateName($0) }
      if state != then ?? currentState {
        miss(
          "state", state, .text(then ?? currentState),
          then.map { "the state was '\($0)'" } ?? "the state is now '\(currentState)'")
      }
    }
    conditions.match.addUnmet(by: facts, to: &unmet)
    return unmet
  }

  /// The conditions of a rule that choose among the requests for which all others hold, as in a scenario file; empty if
  /// it has none.
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
    func miss(_ name: String, _ expected: String, _ seen: String?, _ words: String) {
      unmet.append(
        UnmetCondition(
          "match." + name, expected,
          seen.map { .text(ShownText.value($0.utf8)) } ?? .nothing, words))
    }
    func had(_ text: String?) -> String {
      text.map { "it had '\(ShownText.value($0.utf8))'" } ?? "it had none"
    }
    switch validity {
    case .valid where !facts.isValid: miss("valid", "true", "false", "a check refused it")
    case .invalid where facts.isValid: miss("valid", "false", "true", "it passed all checks")
    default: break
    }
    func check(_ name: String, _ pattern: TextPattern?, _ text: String?) {
      guard let pattern, !(text.map { pattern.matches($0) } ?? false) else { return }
      miss(name, pattern.source, text, had(text))
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
        miss("header.\(header.name)", "null", value, had(value))
      }
    }
    if let auth, auth != facts.authScheme ?? "none" {
      let scheme = facts.authScheme ?? "none"
      miss("auth", auth, scheme, "it had \(scheme)")
    }
  }
}
