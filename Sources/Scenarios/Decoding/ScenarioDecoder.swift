import Core
import Documents

/// Makes a scenario from a file's text, or reports everything that is wrong with it.
package enum ScenarioDecoder {
  /// - Parameters:
  ///   - text: YAML or JSON; an empty document is a scenario without rules.
  ///   - format: nil if it is not known, see ``Document/parse(_:as:)``.
  ///   - passingCounters: whether what ``ScenarioEngine/json(changedAt:)`` adds to a scenario is skipped, so that a
  ///     scenario that was shown can be loaded again.
  /// - Throws: every fault that was found, with its place.
  package static func decode(
    _ text: String, as format: DocumentFormat? = nil, passingCounters: Bool = false
  ) throws(DocumentErrors) -> Scenario {
    let issues = IssueList()
    var document = try Document.parse(text, as: format)
    if passingCounters { document.removeCounters() }
    let scenario = scenario(DocumentValue(document, issues: issues))
    try issues.check()
    return scenario
  }

  /// The prefix of members that are skipped at a scenario's top. They are for YAML's anchors, and for other programs.
  package static let extensionPrefix = "x-"

  /// Reads a scenario that is a part of another document. Issues are added to those of the value.
  package static func scenario(_ value: DocumentValue) -> Scenario {
    var scenario = Scenario()
    guard !value.node.isNull,
      let reader = value.object(ScenarioNames.scenario, passing: extensionPrefix)
    else {
      return scenario
    }
    scenario.day = reader["day"].flatMap(day)
    let patterns = PatternTable()
    scenario.seed = UInt64(reader["seed"]?.integer(in: 0...Int.max) ?? 0)
    for rule in reader["rules"]?.array(atMost: Scenario.mostRules) ?? [] {
      if let rule = self.rule(rule, index: scenario.rules.count, patterns) {
        scenario.rules.append(rule)
      }
    }
    for rule in reader["connections"]?.array(atMost: Scenario.mostRules) ?? [] {
      if let rule = connectionRule(rule, index: scenario.connections.count) {
        scenario.connections.append(rule)
      }
    }
    for rule in reader["events"]?.array(atMost: Scenario.mostRules) ?? [] {
      if let rule = eventRule(rule, index: scenario.events.count) {
        scenario.events.append(rule)
      }
    }
    return scenario
  }

  /// Longest name of a rule or state, in bytes.
  static let longestName = 200

  static func name(_ value: DocumentValue?) -> String? {
    guard let value, let name = value.text() else { return nil }
    guard !name.isEmpty, name.utf8.count <= longestName,
      name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0 != "\u{7F}" })
    else {
      value.refuse(expected: "a name of 1 to \(longestName) bytes on one line")
      return nil
    }
    return name
  }

  static func ordinals(_ value: DocumentValue?) -> OrdinalRange? {
    value?.parsed(expected: OrdinalRange.expectedForm) { OrdinalRange($0) }
  }

  static func percentage(_ value: DocumentValue?) -> Double? {
    value?.parsed(expected: Percentage.expectedForm) { Percentage($0)?.fraction }
  }

  static func window(_ value: DocumentValue?) -> TimeWindow? {
    value?.parsed(expected: TimeWindow.expectedForm) { TimeWindow($0) }
  }

  static func every(_ value: DocumentValue?) -> Int? {
    value?.integer(in: 1...1_000_000_000)
  }

  static func pattern(_ value: DocumentValue?, _ patterns: PatternTable) -> TextPattern? {
    guard let value, let text = value.text() else { return nil }
    do {
      return try patterns.pattern(text)
    } catch {
      value.refuse(error.message)
      return nil
    }
  }
}
