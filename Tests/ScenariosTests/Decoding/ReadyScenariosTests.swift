import Scenarios
import Testing

@Suite struct ReadyScenariosTests {
  @Test("a ready scenario decodes without a warning", arguments: Fixture.scenarios)
  func decodes(_ name: String) throws {
    let scenario = try ScenarioDecoder.decode(Fixture.scenario(name))
    #expect(!scenario.rules.isEmpty || !scenario.connections.isEmpty)
  }
}
