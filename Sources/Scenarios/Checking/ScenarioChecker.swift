import Core
import Documents

/// Finds rules that are valid, but can never have any effect, or never their whole effect.
package enum ScenarioChecker {
  /// - Returns: one issue for each such rule; its place is the rule's.
  package static func warnings(_ scenario: Scenario) -> [DocumentIssue] {
    let reached = Set(
      scenario.rules.flatMap(\.outcome.statesReached) + [ScenarioEngine.initialState])
    var warnings: [DocumentIssue] = []
    let rules = Shadows(scenario.rules.map { ($0.name, $0.conditions) })
    let connections = Shadows(scenario.connections.map { ($0.name, $0.conditions) })
    for (index, rule) in scenario.rules.enumerated() {
      func warn(_ reason: String) {
        warnings.append(issue(reason, rule.name, rule.source, "rules[\(index)]"))
      }
      if let other = rules.namesake(of: index) {
        warn(
          "has the same name as rules[\(other)]: the journal and 'verify' cannot tell them apart.")
      }
      for reason in contradictions(rule, reached: reached) {
        warn(reason)
      }
      if let shadow = rules.one(of: index) {
        warn(
          "is unreachable: the rule '\(shadow)' above it already matches every request that it could match."
        )
      } else if let names = rules.several(of: index) {
        warn(
          "is unreachable: the rules \(names) above it together already match every request that it could match."
        )
      }
    }
    for (index, rule) in scenario.connections.enumerated() {
      func warn(_ reason: String) {
        warnings.append(issue(reason, rule.name, rule.source, "connections[\(index)]"))
      }
      if let other = connections.namesake(of: index) {
        warn("has the same name as connections[\(other)]: what names it cannot tell them apart.")
      }
      if rule.shutsOutForEver {
        warn(
          "shuts out the control API on the service's port too, for ever: start with --control-port, or bound it by 'connections', 'every', 'chance' or 'during'."
        )
      }
      if rule.chance == 0 {
        warn("can never match: its chance is 0%.")
      }
      if let shadow = connections.one(of: index) {
        warn(
          "is unreachable: the rule '\(shadow)' above it already matches every connection that it could match."
        )
      } else if let names = connections.several(of: index) {
        warn(
          "is unreachable: the rules \(names) above it together already match every connection that it could match."
        )
      }
      if let range = rule.connections, let most = range.count, let every = rule.every,
        every > most
      {
        warn(
          "can never fire: 'connections: \(range)' leaves it \(most), too few for 'every: \(every)'."
        )
      }
    }
    return warnings + ofEvents(scenario)
  }

  private static func contradictions(_ rule: Rule, reached: Set<String>) -> [String] {
    var reasons: [String] = []
    let conditions = rule.conditions
    let match = conditions.match
    if conditions.chance == 0 { reasons.append("can never match: its chance is 0%.") }
    if let state = conditions.state, !reached.contains(state) {
      let hint = NearestName.suggestion(for: state, among: reached.sorted())
      reasons.append(
        "can never match: no rule becomes '\(state)'."
          + (hint.map { " Did you mean '\($0)'?" } ?? ""))
    }
    reasons += contradictions(match)
    reasons += misreadPatterns(match)
    reasons += tooFewMatches(rule)
    reasons += unseenResponses(rule)
    if match.validity == .invalid, rule.outcome.actions.contains(where: \.afterExecution) {
      reasons.append("says 'after: execution', but an invalid request is never executed.")
    }
    return reasons
  }

  /// Patterns that are read as something else than they look like.
  private static func misreadPatterns(_ match: RequestMatch) -> [String] {
    match.patterns.compactMap { pattern in
      pattern.likelyMeant.map {
        "has the pattern '\(pattern)', which matches that very text. A regular expression is written '\($0)'."
      }
    }
  }

  /// Rules that are probably not meant as they are written, for callers that load rules without ``warnings(_:)``, which
  /// takes its time.
  ///
  /// - Complexity: of the rules.
  package static func misreadings(_ scenario: Scenario) -> [DocumentIssue] {
    scenario.rules.enumerated().flatMap { index, rule in
      misreadPatterns(rule.conditions.match).map {
        issue($0, rule.name, rule.source, "rules[\(index)]")
      }
    }
  }

  /// The parts of a rule that can never be reached, because its ordinals leave it too few matches: a call with a given
  /// ordinal has only one attempt with each ordinal.
  private static func tooFewMatches(_ rule: Rule) -> [String] {
    let conditions = rule.conditions
    guard conditions.match.validity == .valid, let attempts = conditions.attempts?.count,
      let calls = conditions.calls?.count
    else { return [] }
    let (most, overflow) = attempts.multipliedReportingOverflow(by: calls)
    if overflow { return [] }
    let few = "'attempts' and 'calls' leave it \(CountText(most, "match", plural: "matches"))"
    let every = max(conditions.every ?? 1, 1)
    if every > most { return ["can never fire: \(few), too few for 'every: \(every)'."] }
    if let over = conditions.over, over.burst >= most {
      return ["can never fire: \(few), which do not spend a budget of \(over.burst)."]
    }
    guard case .sequence(let steps) = rule.outcome else { return [] }
    var left = most / every
    for (index, step) in steps.enumerated() {
      if left <= 0 { return ["never reaches step \(index + 1) of its sequence: \(few)."] }
      left -= step.times
    }
    return []
  }

  /// Responses that a fault prevents from being sent.
  private static func unseenResponses(_ rule: Rule) -> [String] {
    var reasons: [String] = []
    for action in rule.outcome.actions where !action.showsResponse {
      guard let fault = action.fault else { continue }
      let reason =
        "has a 'respond' that no client sees: '\(fault.name)' does not let its head through."
      if !reasons.contains(reason) { reasons.append(reason) }
    }
    return reasons
  }

  static func issue(
    _ reason: String, _ name: String, _ source: DocumentNode?, _ target: String
  ) -> DocumentIssue {
    DocumentIssue(
      message: "The rule '\(name)' \(reason)", line: source?.line ?? 1, column: source?.column ?? 1,
      target: target)
  }
}

extension ConnectionRule {
  /// Whether from some connection on no connection gets a response any more.
  fileprivate var shutsOutForEver: Bool {
    guard fault == .refuse || fault == .silent else { return false }
    return every ?? 1 == 1 && chance ?? 1 == 1 && connections?.count == nil
      && during?.upper == nil
  }
}

extension ConnectionRule {
  fileprivate var conditions: Conditions {
    Conditions(connections: connections, every: every, chance: chance, during: during)
  }
}
