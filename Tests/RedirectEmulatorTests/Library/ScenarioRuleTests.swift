import RedirectEmulator
import Scenarios
import TestSupport
import Testing

@Suite struct ScenarioRuleTests {
  private func statuses(_ emulator: Emulator, _ count: Int) throws -> [Int] {
    let token = try emulator.token()
    return try (0..<count).map { _ in
      let client = try RawClient(port: emulator.port)
      try client.send(RedirectRequest(authorization: "Bearer " + token).bytes)
      return try client.readAnswer().status
    }
  }

  @Test("rules that are Swift values decide as those of a file")
  func rules() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    var upAgain = ScenarioRule("down, then up", do: .respond(503, retryAfter: .seconds(1)))
    upAgain.steps = [
      (2, .respond(503)), (1, ScenarioAction(answer: .init(429, code: "x", message: "y"))),
      (1, .pass),
    ]
    try emulator.load(rules: [
      ScenarioRule("others", match: .init(targetKind: "communicationUser"), do: .respond(400)),
      ScenarioRule(
        "first", calls: 1...1, do: ScenarioAction(delay: .milliseconds(5), becomes: "later")),
      upAgain,
    ])
    #expect(try statuses(emulator, 6) == [204, 503, 503, 429, 204, 204])
    #expect(
      emulator.requests.map(\.rule) == ["first"] + Array(repeating: "down, then up", count: 5))
    #expect(emulator.defaultResource.unusedRules == ["others"])
  }

  @Test("every fault of the table can be written as a value")
  func faults() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let faults: [ScenarioAction.Fault] = [
      .reset(), .reset(afterBytes: 5), .empty, .hang(), .hang(for: .seconds(1)),
      .truncate(atBytes: 3),
      .truncatePart(percent: 50), .wrongLength(by: -1), .interim(count: 2), .garbage,
      .badStatusLine,
      .badHeader, .badChunk, .duplicateLength, .bodyOn204, .closeAfter, .http10, .notJSON, .badJSON,
      .wrongContentType, .badGzip, .stallRead,
    ]
    for fault in faults {
      #expect(throws: Never.self) {
        try emulator.load(rules: [ScenarioRule("bad", do: .fault(fault))])
      }
    }
    let written = Set(faults.map { "\($0)".prefix { $0.isLetter || $0.isNumber } }.map(String.init))
    let named = written.subtracting(["truncatePart"])
    #expect(named == Set(FaultTable.rows.filter { $0.level == .request }.map(\.name)))
  }

  @Test("a value that is wrong is refused with its rule and part")
  func invalid() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    #expect {
      try emulator.load(rules: [
        ScenarioRule("good", do: .pass), ScenarioRule("bad", attempts: 0...2, do: .respond(99)),
      ])
    } throws: { error in
      Set((error as? InvalidScenario)?.issues.map(\.target) ?? []) == [
        "rules[1].attempts", "rules[1].respond.status",
      ]
    }
  }
}
