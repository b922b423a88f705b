import Documents
import HTTP1
import RedirectCall

extension ScenarioDecoder {
  static func rule(_ value: DocumentValue, index: Int, _ patterns: PatternTable) -> Rule? {
    guard let reader = value.object(ScenarioNames.rule) else { return nil }
    var rule = Rule(
      name: name(reader["name"]) ?? "rules[\(index)]", when: conditions(reader, patterns),
      then: outcome(reader))
    rule.source = value.node
    return rule
  }

  private static func outcome(_ reader: ObjectReader) -> Outcome {
    let sequence = reader["sequence"]
    let others = ScenarioNames.action + ["pass"]
    reader.refuse(
      "sequence", with: others, because: "what a request gets is in the sequence's steps")
    if let sequence { return .sequence(steps(sequence)) }
    if passes(reader) { return .pass }
    let action = action(reader)
    if !others.contains(where: { reader[$0] != nil }) {
      reader.value.refuse(
        "The rule does nothing. It needs one of "
          + (ScenarioNames.action + ["sequence", "pass"]).joined(separator: ", ") + ".")
    }
    return .action(action)
  }

  /// Whether `pass: true` is the only action.
  private static func passes(_ reader: ObjectReader) -> Bool {
    guard let pass = reader["pass"] else { return false }
    guard pass.bool() == true else {
      pass.refuse("'pass' must be true or left out.")
      return true
    }
    reader.refuse(
      "pass", with: ScenarioNames.action.filter { $0 != "becomes" },
      because: "a request that passes is left alone")
    return reader["becomes"] == nil
  }

  private static func steps(_ value: DocumentValue) -> [SequenceStep] {
    guard let elements = value.array(atMost: Scenario.mostRules) else { return [] }
    if elements.isEmpty { value.refuse("A sequence needs at least one step.") }
    return elements.compactMap { element in
      if case .string(let word) = element.node.content {
        if word == "pass" { return SequenceStep(nil) }
        element.refuse(expected: "'pass' or an object")
        return nil
      }
      guard let reader = element.object(ScenarioNames.step) else { return nil }
      let times = reader["times"]?.integer(in: 1...1_000_000_000) ?? 1
      if passes(reader) { return SequenceStep(times: times, nil) }
      let action = action(reader)
      if !(ScenarioNames.action + ["pass"]).contains(where: { reader[$0] != nil }) {
        element.refuse(
          "The step does nothing. It needs one of "
            + (ScenarioNames.action + ["pass"]).joined(separator: ", ") + ".")
      }
      return SequenceStep(times: times, action)
    }
  }

  private static func conditions(_ reader: ObjectReader, _ patterns: PatternTable) -> Conditions {
    Conditions(
      match: reader["match"].map { match($0, patterns) } ?? RequestMatch(),
      attempts: ordinals(reader["attempts"]), calls: ordinals(reader["calls"]),
      ofCall: ordinals(reader["ofCall"]), deliveries: ordinals(reader["deliveries"]),
      connections: ordinals(reader["connections"]), every: every(reader["every"]),
      chance: percentage(reader["chance"]), during: window(reader["during"]),
      over: reader["over"].flatMap(budget), state: name(reader["state"]))
  }

  private static func budget(_ value: DocumentValue) -> Budget? {
    guard let reader = value.object(ScenarioNames.over),
      let rate = reader.required("rate")?.parsed(expected: Rate.expectedForm, { Rate($0) })
    else { return nil }
    return Budget(rate: rate, burst: reader["burst"]?.integer(in: 1...1_000_000))
  }

  private static func match(_ value: DocumentValue, _ patterns: PatternTable) -> RequestMatch {
    var match = RequestMatch()
    guard let reader = value.object(ScenarioNames.match) else { return match }
    match.apiVersion = pattern(reader["apiVersion"], patterns)
    if let target = reader["target"]?.object(ScenarioNames.matchTarget) {
      match.targetKind = pattern(target["kind"], patterns)
      if let literal = match.targetKind?.literal {
        _ = target["kind"]?.name(
          among: IdentifierKind.allCases.map(\.rawValue), what: "kind of target")
        if literal.isEmpty { match.targetKind = nil }
      }
      match.targetID = pattern(target["id"], patterns)
    }
    match.context = pattern(reader["context"], patterns)
    match.headers = reader["header"].map { headers($0, patterns) } ?? []
    match.auth = reader["auth"]?.name(among: ScenarioNames.schemes, what: "scheme")
    match.user = pattern(reader["user"], patterns)
    if let valid = reader["valid"] {
      if let validity = RequestMatch.Validity(rawValue: valid.node.text) {
        match.validity = validity
      } else {
        valid.refuse(expected: "true, false or any")
      }
    }
    return match
  }

  private static func headers(_ value: DocumentValue, _ patterns: PatternTable)
    -> [RequestMatch.Header]
  {
    guard let reader = value.anyObject() else { return [] }
    return reader.members.compactMap { member in
      guard let value = reader.withNull(member.name) else { return nil }
      guard FieldText.isName(member.name) else {
        value.refuse("'\(member.name.prefix(64))' is not a name of a header.")
        return nil
      }
      return RequestMatch.Header(member.name, value.node.isNull ? nil : pattern(value, patterns))
    }
  }
}
