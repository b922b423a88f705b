import Scenarios
import Testing

@Suite("What is different between two scenarios") struct ScenarioChangesTests {
  private static let one = "rules: [{ name: a, respond: { status: 500 } }]"

  @Test(
    "each rule that is added, changed or removed is named, and the seed",
    arguments: [
      (one, one, []),
      (one, "# text\n" + #"{"rules":[{"name":"a","respond":{"status":500}}]}"#, []),
      (one, "rules: []", [#"rule "a" removed"#]),
      ("rules: []", one, [#"rule "a" added"#]),
      (one, "rules: [{ name: a, respond: { status: 501 } }]", [#"rule "a" changed"#]),
      (one, "seed: 3\n" + one, ["seed 3, 0 before"]),
      (
        "rules: [{ name: a, pass: true }, { name: b, pass: true, calls: 1 }]",
        "rules: [{ name: b, pass: true, calls: 1 }, { name: a, pass: true }]",
        ["the order of rules changed"]
      ),
      (
        "rules: []", "connections: [{ name: a, fault: silent }]",
        [#"connection rule "a" added"#]
      ),
      (
        "events: [{ name: a, duplicate: 1 }]", "events: [{ name: a, duplicate: 2 }]",
        [#"event rule "a" changed"#]
      ),
      (
        "rules: [{ name: a, pass: true }]", "connections: [{ name: a, fault: silent }]",
        [#"connection rule "a" added"#, #"rule "a" removed"#]
      ),
    ])
  func changes(before: String, after: String, changes: [String]) throws {
    let (old, new) = try (ScenarioDecoder.decode(before), ScenarioDecoder.decode(after))
    #expect(new.changes(from: old) == changes)
    #expect(new.isWritten(like: old) == changes.isEmpty)
  }
}
