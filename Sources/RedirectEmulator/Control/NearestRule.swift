import Core
import Scenarios

/// For failed checks of a verification: finds the rule that came nearest to deciding one of some requests.
struct NearestRule {
  private let scenario: LoadedScenario
  /// The requests in question, oldest first.
  private let entries: [JournalEntry]
  /// The rules that decided one of them.
  private let fired: Set<String>

  /// The most comparisons of a rule with a request: each takes about a microsecond.
  private static let mostQuestions = 50_000

  /// - Parameters:
  ///   - scenario: the current rules.
  ///   - entries: of the chosen operations, oldest first.
  init(_ scenario: LoadedScenario, _ entries: [JournalEntry]) {
    self.scenario = scenario
    self.entries = entries
    fired = Set(entries.compactMap(\.rule))
  }

  private var rules: [Rule] { scenario.engine.scenario.rules }

  /// Adds the nearest rule to a check.
  ///
  /// - Parameter names: the rules in question; nil for all that did not fire.
  func explain(_ check: inout Verification.Check, names: [String]? = nil) {
    if let unknown = names?.first(where: { name in !rules.contains { $0.name == name } }) {
      check.message +=
        "; no rule is called '\(ShownText.value(unknown.utf8))'."
        + NearestName.hint(for: unknown, among: rules.map(\.name))
      return
    }
    guard let nearest = nearest(to: names) else { return }
    check.nearly = nearest
    check.message += "; " + nearest.message
  }

  /// The rule and the request with the fewest conditions that do not hold. If there are several, it is the first.
  private func nearest(to names: [String]?) -> Verification.NearRule? {
    let candidates = rules.indices.filter { index in
      !fired.contains(rules[index].name) && names?.contains(rules[index].name) ?? true
    }
    if candidates.isEmpty || entries.isEmpty { return nil }
    let most = max(Self.mostQuestions / candidates.count, 1)
    var best: (rule: Int, entry: JournalEntry, unmet: [UnmetCondition])?
    // What another rule decided this one did not nearly decide, unless somebody asks for it by its name.
    let open = entries.lazy.filter { names != nil || $0.rule == nil }
    search: for entry in open.prefix(most) {
      let facts = RecordedFacts(
        entry, connection: scenario.ordinal(ofConnection: entry.connection))
      for rule in candidates {
        let unmet = scenario.engine.unmet(
          rule: rule, by: facts, arrival: entry.time, state: entry.scenarioState)
        if let best, best.unmet.count <= unmet.count { continue }
        best = (rule, entry, unmet)
        if unmet.isEmpty { break search }
      }
    }
    return best.map { explained($0.rule, $0.entry, $0.unmet) }
  }

  private func explained(_ index: Int, _ entry: JournalEntry, _ unmet: [UnmetCondition])
    -> Verification.NearRule
  {
    let name = rules[index].name
    var conditions = unmet.map(\.condition)
    var reason =
      unmet.map { "'\($0.condition)' does not hold, \($0.words)" }.joined(separator: ", and ")
    if unmet.isEmpty {
      let gate = scenario.engine.gate(ofRule: index)
      if let other = entry.rule {
        conditions = []
        reason = "'\(ShownText.value(other.utf8))' above it decided"
      } else if !gate.isEmpty {
        conditions = gate
        reason = gate.map { "'\($0)'" }.joined(separator: ", ") + " did not choose it"
      } else {
        reason = "the rules were replaced or reset since then"
      }
    }
    return Verification.NearRule(
      rule: name, request: entry.seq, conditions: conditions,
      message:
        "the rule '\(ShownText.value(name.utf8))' nearly fired for request \(entry.seq), but \(reason)"
    )
  }
}
