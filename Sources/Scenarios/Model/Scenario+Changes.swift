import Core
import Documents

extension Scenario {
  /// Whether another scenario's text means the same.
  package func isWritten(like other: Scenario) -> Bool {
    seed == other.seed && lines == other.lines
  }

  /// The differences from an older scenario, each as a short text such as `rule "busy" added`; empty if there are none.
  package func changes(from old: Scenario) -> [String] {
    let before = Dictionary(grouping: old.lines, by: \.title)
    let after = Dictionary(grouping: lines, by: \.title)
    var changes: [String] = []
    var told: Set<String> = []
    for line in lines where told.insert(line.title).inserted {
      guard let earlier = before[line.title] else {
        changes.append("\(line.title) added")
        continue
      }
      if earlier != after[line.title] { changes.append("\(line.title) changed") }
    }
    for line in old.lines where after[line.title] == nil && told.insert(line.title).inserted {
      changes.append("\(line.title) removed")
    }
    if seed != old.seed { changes.append("seed \(seed), \(old.seed) before") }
    if changes.isEmpty, lines != old.lines { changes.append("the order of rules changed") }
    return changes
  }

  /// One rule as it is in its text.
  private struct Line: Equatable {
    let title: String
    let text: [UInt8]

    init(_ kind: String, _ name: String, _ rule: DocumentNode) {
      title = "\(kind) \"\(ShownText.value(name.utf8))\""
      var writer = JSONWriter()
      writer.value(rule)
      text = writer.bytes
    }
  }

  private var lines: [Line] {
    rules.map { Line("rule", $0.name, $0.source ?? $0.written) }
      + connections.map { Line("connection rule", $0.name, $0.source ?? $0.written) }
      + events.map { Line("event rule", $0.name, $0.source ?? $0.written) }
  }
}
