import Core
import Documents
import Scenarios

/// Why each rule decided a request or did not. It is found afterwards, from the journal's entry.
struct RuleReasons {
  private let scenario: LoadedScenario
  private let entry: JournalEntry

  /// - Parameter scenario: the current rules.
  /// - Returns: nil if other rules decided the request.
  init?(_ scenario: LoadedScenario?, _ entry: JournalEntry) {
    guard let scenario, scenario.loadedAt <= entry.arrived else { return nil }
    self.scenario = scenario
    self.entry = entry
  }

  /// Why a rule did not decide.
  struct Because {
    var condition: String
    var expected: String
    var seen: UnmetCondition.Seen
  }

  /// Appends the rules, in the order in which they were tried.
  ///
  /// - Complexity: O(rules), for each rule O(conditions).
  func write(to writer: inout JSONWriter) {
    let facts = RecordedFacts(
      entry, connection: scenario.ordinal(ofConnection: entry.connection))
    let rules = scenario.engine.scenario.rules
    let mark = entry.ruleMark
    writer.array { writer in
      // Rules do not apply to neighbours, nor to requests that are not HTTP.
      guard entry.operation == nil || entry.operation == .redirect,
        entry.failure?.stage != .http
      else { return }
      for (index, rule) in rules.enumerated() {
        let fired = mark?.index == index
        let unmet =
          fired || isBehind(index, mark)
          ? []
          : scenario.engine.unmet(
            rule: index, by: facts, arrival: entry.time, state: entry.scenarioState)
        writer.object { writer in
          writer.member("name", rule.name)
          writer.member("index", index)
          writer.optional("source", rule.source) { writer, source in
            writer.object { writer in
              writer.member("file", rule.file)
              writer.member("line", source.line)
            }
          }
          writer.member("matched", fired || unmet.isEmpty && !isBehind(index, mark))
          writer.member("fired", fired)
          writer.member("step", fired ? mark?.step : nil)
          writer.optional("because", fired ? nil : because(index, unmet)) { $1.write(to: &$0) }
        }
      }
    }
  }

  private func isBehind(_ index: Int, _ mark: RuleMark?) -> Bool {
    mark.map { index > $0.index } ?? false
  }

  private func because(_ index: Int, _ unmet: [UnmetCondition]) -> Because {
    if let mark = entry.ruleMark, index > mark.index {
      return Because(
        condition: "order", expected: "no rule above it decides",
        seen: .text("'\(ShownText.value(mark.name.utf8))' decided"))
    }
    if let first = unmet.first {
      return Because(condition: first.name, expected: first.expected, seen: first.seen)
    }
    // It is no longer known which of them it was.
    let gate = scenario.engine.gate(ofRule: index)
    return Because(
      condition: gate.isEmpty
        ? "the rules" : gate.map { $0.prefix { $0 != ":" } }.joined(separator: ", "),
      expected: gate.joined(separator: ", "),
      seen: .text(
        gate.isEmpty ? "they were reset or switched since" : "it did not choose this request"))
  }
}

extension RuleReasons.Because {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("condition", condition)
      writer.member("expected", expected)
      writer.member("seen") { writer in
        switch seen {
        case .number(let number): writer.value(number)
        case .text(let text): writer.value(text)
        case .nothing: writer.null()
        }
      }
    }
  }
}
