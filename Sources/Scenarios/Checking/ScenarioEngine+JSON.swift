import Core
import Documents

extension ScenarioEngine {
  /// The scenario as written, each rule with its counters: the response of `R/scenario`. A rule without a name has the
  /// name that it got. A rule that was made in code is shown as in a file.
  ///
  /// - Parameter changedAt: when the rules were loaded, or one was switched last.
  package func json(changedAt: Instant? = nil) -> [UInt8] {
    let rules = scenario.rules.indices.map { node(ofRule: $0) }
    let connections = zip(scenario.connections, connectionCounters).map { rule, counters in
      Self.node(
        rule.name, rule.source ?? rule.written, counters, Self.place(rule.source, rule.file))
    }
    let events = zip(scenario.events, eventCounters).map { rule, counters in
      Self.node(
        rule.name, rule.source ?? rule.written, counters, Self.place(rule.source, rule.file))
    }
    var writer = JSONWriter()
    writer.value(
      DocumentNode(
        .object([
          DocumentNode.Member(
            name: "seed", value: DocumentNode(.integer(Int(clamping: scenario.seed)))),
          DocumentNode.Member(name: "rules", value: DocumentNode(.array(rules))),
          DocumentNode.Member(name: "connections", value: DocumentNode(.array(connections))),
          DocumentNode.Member(name: "events", value: DocumentNode(.array(events))),
          DocumentNode.Member(name: "state", value: DocumentNode(.string(currentState))),
          DocumentNode.Member(
            name: "changedAt",
            value: DocumentNode(changedAt.map { .string(Timestamp.text($0)) } ?? .null)),
        ])))
    return writer.bytes
  }

  /// One rule as ``json(changedAt:)`` shows it.
  package func node(ofRule index: Int) -> DocumentNode {
    let rule = scenario.rules[index]
    let place = Self.place(rule.source, rule.file)
    return Self.node(
      rule.name, rule.source ?? rule.written, counters[index],
      [.init(name: "enabled", value: DocumentNode(.bool(isEnabled(index))))] + place)
  }

  /// Where a rule is written.
  private static func place(_ rule: DocumentNode?, _ file: String?) -> [DocumentNode.Member] {
    let place = rule.map { rule in
      DocumentNode(
        .object([
          .init(name: "file", value: DocumentNode(file.map { .string($0) } ?? .null)),
          .init(name: "line", value: DocumentNode(.integer(rule.line))),
        ]))
    }
    return [.init(name: "source", value: place ?? DocumentNode(.null))]
  }

  private static func node(
    _ name: String, _ rule: DocumentNode, _ counters: RuleCounters,
    _ further: [DocumentNode.Member]
  ) -> DocumentNode {
    var members = [DocumentNode.Member(name: "name", value: DocumentNode(.string(name)))]
    if case .object(let written) = rule.content {
      members += written.filter { $0.name != "name" }
    }
    members.append(
      DocumentNode.Member(name: "matched", value: DocumentNode(.integer(counters.matched))))
    members.append(
      DocumentNode.Member(name: "fired", value: DocumentNode(.integer(counters.fired))))
    return DocumentNode(.object(members + further))
  }
}

extension DocumentNode {
  /// Removes what ``ScenarioEngine/json(changedAt:)`` adds to a scenario: `state` and `changedAt`, and each rule's
  /// `matched`, `fired`, `enabled` and `source`.
  mutating func removeCounters() {
    guard case .object(var members) = content else { return }
    members.removeAll { ["state", "changedAt"].contains($0.name) }
    for index in members.indices
    where ["rules", "connections", "events"].contains(members[index].name) {
      guard case .array(var rules) = members[index].value.content else { continue }
      for rule in rules.indices {
        guard case .object(var parts) = rules[rule].content else { continue }
        parts.removeAll { ["matched", "fired", "enabled", "source"].contains($0.name) }
        rules[rule].content = .object(parts)
      }
      members[index].value.content = .array(rules)
    }
    content = .object(members)
  }
}
