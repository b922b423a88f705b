import RedirectCall
import Scenarios
import Testing

@Suite struct AskedFactsTests {
  @Test(
    "a scenario asks for what its rules match, and for nothing else",
    arguments: [
      ("rules: [{ calls: 1, fault: reset }]", []),
      (
        "rules: [{ match: { target: { kind: phoneNumber }, auth: entra, user: a }, fault: reset }]",
        []
      ),
      ("rules: [{ match: { target: { id: '+1*' } }, fault: reset }]", .targetID),
      ("rules: [{ fault: reset }, { match: { context: a }, fault: reset }]", .context),
      (
        "rules: [{ match: { header: { x: null } }, fault: reset }, { match: { target: { id: a } }, fault: reset }]",
        [.headers, .targetID]
      ),
      ("connections: [{ connections: 1, fault: refuse }]", []),
    ] as [(String, AskedFacts)])
  func asked(_ text: String, _ expected: AskedFacts) throws {
    let engine = ScenarioEngine(try ScenarioDecoder.decode(text), loadedAt: .seconds(0))
    #expect(engine.asked == expected)
  }
}
