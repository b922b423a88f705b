import Core
import Documents

extension ScenarioChecker {
  /// Rules for events that can never have any effect, or never their whole effect.
  static func ofEvents(_ scenario: Scenario) -> [DocumentIssue] {
    var warnings: [DocumentIssue] = []
    let shadows = Shadows(scenario.events.map { ($0.name, $0.conditions) })
    for (index, rule) in scenario.events.enumerated() {
      func warn(_ reason: String) {
        warnings.append(issue(reason, rule.name, rule.source, "events[\(index)]"))
      }
      if let other = shadows.namesake(of: index) {
        warn("has the same name as events[\(other)]: a call's deliveries cannot tell them apart.")
      }
      if rule.chance == 0 { warn("can never match: its chance is 0%.") }
      if let shadow = shadows.one(of: index) {
        warn(
          "is unreachable: the rule '\(shadow)' above it already matches every delivery that it could match."
        )
      } else if let names = shadows.several(of: index) {
        warn(
          "is unreachable: the rules \(names) above it together already match every delivery that it could match."
        )
      }
      if let lower = rule.deliveries?.lower,
        let drop = scenario.events.first(where: { $0.dropsBefore(lower, rule) })
      {
        warn(
          "matches only what a test delivers by hand: '\(drop.name)' drops the event before, and then it is not delivered again."
        )
      }
      if let reason = tooFewForBatch(rule) { warn(reason) }
    }
    return warnings
  }

  /// A batch never has two events of the same call: deliveries of one call are at least seconds apart.
  private static func tooFewForBatch(_ rule: EventRule) -> String? {
    guard let batch = rule.fault.batch, let calls = rule.calls, let most = calls.count,
      most < batch
    else { return nil }
    return
      "never sends \(batch) events in one array: 'calls: \(calls)' leaves it \(CountText(most, "call"))."
  }
}

extension EventRule {
  /// Whether this rule takes an earlier delivery of each call of the other rule, and drops it.
  fileprivate func dropsBefore(_ delivery: Int, _ other: EventRule) -> Bool {
    guard fault.isDropped, chance ?? 1 == 1, (deliveries?.lower ?? 1) < delivery else {
      return false
    }
    guard let calls else { return true }
    return other.calls.map(calls.covers) ?? (calls.lower == 1 && calls.upper == nil)
  }

  /// The same conditions as a rule for requests has: each delivery counts as a try.
  fileprivate var conditions: Conditions {
    Conditions(attempts: deliveries, calls: calls, chance: chance)
  }
}
