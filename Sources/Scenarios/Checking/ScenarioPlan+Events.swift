import Core

extension ScenarioPlan {
  /// What happens to the deliveries of the first calls' events; empty if no rule is about events.
  static func events(_ scenario: Scenario, calls: Int) -> String {
    guard !scenario.events.isEmpty else { return "" }
    var engine = ScenarioEngine(scenario, loadedAt: Instant(nanoseconds: 0))
    var output = ""
    for delivery in [1] + laterDeliveries(scenario.events.map(\.deliveries)) {
      let which = delivery == 1 ? "the first delivery" : "delivery \(delivery)"
      output += "Events, \(which) of each call:\n"
      let lines = PlanLines(calls) { call in
        engine.decideEvent(call: call, delivery: delivery).summary
      }
      output += lines.text + "\n"
    }
    return output
  }

  /// What happens to the deliveries of the first call's event; empty if no rule is about events.
  static func events(_ scenario: Scenario, deliveries: Int) -> String {
    guard !scenario.events.isEmpty else { return "" }
    var engine = ScenarioEngine(scenario, loadedAt: Instant(nanoseconds: 0))
    let lines = PlanLines(deliveries) { delivery in
      engine.decideEvent(call: 1, delivery: delivery).summary
    }
    return "Deliveries of one call's event:\n" + lines.text + "\n"
  }

  /// The deliveries after the first one at which a rule's range begins or ends.
  static func laterDeliveries(_ ranges: [OrdinalRange?]) -> [Int] {
    var edges: Set<Int> = []
    for range in ranges.compactMap(\.self) {
      edges.insert(range.lower)
      if let upper = range.upper, upper < .max { edges.insert(upper + 1) }
    }
    return edges.filter { $0 > 1 }.sorted()
  }
}

extension EventPlan? {
  fileprivate var summary: String { self?.summary ?? "sent" }
}

extension EventPlan {
  /// The plan in words, for people who read it.
  package var summary: String {
    if isDropped { return "\(ruleName): dropped" }
    var parts: [String] = []
    if let delay { parts.append("after \(DurationText(delay))") }
    parts.append(duplicates == 0 ? "sent" : "sent \(duplicates + 1) times")
    if comesLast { parts.append("behind the next call's") }
    if let batch { parts.append("up to \(batch) events in one array") }
    if let contentType { parts.append("as \(contentType)") }
    if let pace {
      parts.append("\(ByteCount(bytes: pace.chunk)) bytes every \(DurationText(pace.every))")
    }
    if let cutAfterBytes { parts.append("response cut after \(CountText(cutAfterBytes, "byte"))") }
    return "\(ruleName): " + parts.joined(separator: ", ")
  }
}

extension String {
  /// For a text that continues a sentence.
  var firstLowercased: String { prefix(1).lowercased() + dropFirst() }
}
