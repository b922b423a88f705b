import Documents
import RedirectCall
import Scenarios
import Testing

@Suite struct ScenarioJSONTests {
  @Test("rules are shown as they were written, with their counters")
  func asWritten() throws {
    var engine = ScenarioEngine(
      try ScenarioDecoder.decode(
        """
        seed: 7
        rules:
          - { name: "a \\"quoted\\" one", attempts: 1..2, chance: 100%, match: { header: { x: null } }, respond: { status: 429 } }
          - { delay: { normal: { mean: 1s, deviation: 1ms } } }
        connections:
          - { fault: refuse }
        events:
          - { name: twice, duplicate: 1 }
        """), loadedAt: .seconds(0))
    _ = engine.decide(SampleRequest(), now: .seconds(0))
    for delivery in 1...2 { _ = engine.decideEvent(call: 1, delivery: delivery) }
    #expect(
      String(decoding: engine.json(), as: UTF8.self)
        == #"{"seed":7,"rules":[{"name":"a \"quoted\" one","attempts":"1..2","chance":"100%","match":{"header":{"x":null}},"respond":{"status":429},"matched":1,"fired":1,"enabled":true,"source":{"file":null,"line":3}},"#
        + #"{"name":"rules[1]","delay":{"normal":{"mean":"1s","deviation":"1ms"}},"matched":0,"fired":0,"enabled":true,"source":{"file":null,"line":4}}],"#
        + #""connections":[{"name":"connections[0]","fault":"refuse","matched":0,"fired":0,"source":{"file":null,"line":6}}],"#
        + #""events":[{"name":"twice","duplicate":1,"matched":2,"fired":2,"source":{"file":null,"line":8}}],"#
        + #""state":"start","changedAt":null}"#
    )
  }

  @Test("a rule made in code is shown as a file would have it")
  func inCode() {
    let engine = ScenarioEngine(
      Scenario(rules: [Rule("a", chance: 1e-7, do: .fault(.empty))]),
      loadedAt: .seconds(0))
    #expect(
      String(decoding: engine.json(), as: UTF8.self).contains(
        #"{"name":"a","chance":"0.00001%","fault":"empty","matched":0,"fired":0,"enabled":true,"source":null}"#
      ))
  }

  @Test("what is shown may be loaded again, and is shown the same", arguments: Fixture.scenarios)
  func loadsAgain(_ name: String) throws {
    let engine = ScenarioEngine(
      try ScenarioDecoder.decode(Fixture.scenario(name)), loadedAt: .seconds(0))
    let shown = String(decoding: engine.json(), as: UTF8.self)
    let again = ScenarioEngine(
      try ScenarioDecoder.decode(shown, passingCounters: true), loadedAt: .seconds(0))
    // It is on one line now.
    let line = /"source":\{"file":null,"line":\d+\}/
    let expected = shown.replacing(line, with: #""source":{"file":null,"line":1}"#)
    #expect(String(decoding: again.json(), as: UTF8.self) == expected)
    #expect(throws: DocumentErrors.self) { try ScenarioDecoder.decode(shown) }
  }

  @Test("only where they are shown are counters passed over")
  func elsewhere() {
    for text in [#"{"matched":1}"#, #"{"rules":[{"state":"a","match":{"fired":1}}]}"#] {
      #expect(throws: DocumentErrors.self, "\(text)") {
        try ScenarioDecoder.decode(text, passingCounters: true)
      }
    }
  }
}
