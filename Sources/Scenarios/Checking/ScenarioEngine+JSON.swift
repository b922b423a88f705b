import Documents

extension ScenarioEngine {
  /// The scenario as written, each rule with its counters: what `R/scenario` answers. A rule without a name has the
  /// one that it got, and one made in code is shown as a file would have it.
  package var json: [UInt8] {
    let rules = zip(scenario.rules, counters).map { rule, counters in
      Self.node(rule.name, rule.source ?? rule.written, counters)
    }
    let connections = zip(scenario.connections, connectionCounters).map { rule, counters in
      Self.node(rule.name, rule.source ?? rule.written, counters)
    }
    let events = zip(scenario.events, eventCounters).map { rule, counters in
      Self.node(rule.name, rule.source ?? rule.written, counters)
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
        ])))
    return writer.bytes
  }

  private static func node(
    _ name: String, _ rule: DocumentNode, _ counters: RuleCounters
  ) -> DocumentNode {
    var members = [DocumentNode.Member(name: "name", value: DocumentNode(.string(name)))]
    if case .object(let written) = rule.content {
      members += written.filter { $0.name != "name" }
    }
    members.append(
      DocumentNode.Member(name: "matched", value: DocumentNode(.integer(counters.matched))))
    members.append(
      DocumentNode.Member(name: "fired", value: DocumentNode(.integer(counters.fired))))
    return DocumentNode(.object(members))
  }
}

extension DocumentNode {
  /// Removes what ``ScenarioEngine/json`` adds to a scenario: `state`, and each rule's `matched` and `fired`.
  mutating func removeCounters() {
    guard case .object(var members) = content else { return }
    members.removeAll { $0.name == "state" }
    for index in members.indices
    where ["rules", "connections", "events"].contains(members[index].name) {
      guard case .array(var rules) = members[index].value.content else { continue }
      for rule in rules.indices {
        guard case .object(var parts) = rules[rule].content else { continue }
        parts.removeAll { ["matched", "fired"].contains($0.name) }
        rules[rule].content = .object(parts)
      }
      members[index].value.content = .array(rules)
    }
    content = .object(members)
  }
}
