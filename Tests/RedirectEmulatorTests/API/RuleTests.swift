import RedirectEmulator
import TestSupport
import Testing

@Suite struct RuleTests {
  private func statuses(_ emulator: Emulator, _ count: Int) throws -> [Int] {
    let token = try emulator.defaultResource.token()
    return try (0..<count).map { _ in
      let client = try RawClient(port: emulator.port)
      try client.send(RedirectRequest(authorization: "Bearer " + token).bytes)
      return try client.readResponse().status
    }
  }

  @Test("rules that are Swift values decide as those of a file")
  func rules() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(rules: [
      Rule("others", match: RequestMatch(targetKind: "communicationUser"), do: .respond(400)),
      Rule(
        "first", calls: 1...1,
        do: .action(Action(delay: Delay(.milliseconds(5)), becomes: "later"))),
      Rule(
        "down, then up", state: "later",
        do: .sequence([
          SequenceStep(times: 2, .respond(503)),
          SequenceStep(.respond(429, code: "x", message: "y")),
          SequenceStep(nil),
        ])),
    ])
    #expect(try statuses(emulator, 6) == [204, 503, 503, 429, 204, 204])
    #expect(
      emulator.requests.map(\.rule) == ["first"] + Array(repeating: "down, then up", count: 5))
    #expect(emulator.defaultResource.unusedRules == ["others"])
  }

  @Test("a rule is shown as a file would have it, however small its numbers are")
  func shown() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(rules: [Rule("rare", chance: 1e-7, do: .delay(.nanoseconds(1)))])
    let shown = try ControlClient(port: emulator.port).call("GET", "/_emulator/scenario").text
    #expect(shown.contains(#"{"name":"rare","chance":"0.00001%","delay":"0.001us","#), "\(shown)")
  }

  @Test("rules for connections are values as well")
  func connections() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      rules: [],
      connections: [
        ConnectionRule("gone", connections: 1...1, do: .refuse),
        ConnectionRule("no TLS", connections: 2...2, do: .tls(TLSFault(alert: .internalError))),
      ])
    #expect(try RawClient(port: emulator.port).readToEnd().ending == .rst)
    #expect(throws: RawClient.Failure.self) { try RawClient(port: emulator.port, .https) }
    #expect(try statuses(emulator, 1) == [204])
    #expect(emulator.defaultResource.unusedRules.isEmpty)
  }

  @Test("a value that is wrong is refused with its rule and part, and the rules before stay")
  func invalid() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(rules: [Rule("stays", do: .respond(503))])
    let wrong = [
      Rule("good", do: .pass), Rule("bad", attempts: 0...2, do: .respond(99)),
      Rule(
        "worse", match: RequestMatch(targetID: "/(/"), chance: 1.5,
        do: .fault(.interim(status: 101))),
      Rule(
        "worst", during: TimeWindow(from: .seconds(2), until: .seconds(1)), do: .delay(.seconds(-1))
      ),
      Rule("", chance: .nan, do: .action(Action())),
    ]
    let error = #expect(throws: InvalidScenario.self) {
      try emulator.load(
        rules: wrong, connections: [ConnectionRule("nothing", do: .tls(TLSFault()))],
        events: [
          EventRule("no batch", deliveries: 0...1, do: .batch(1)),
          EventRule("nothing", do: EventFault()),
        ])
    }
    #expect(
      Set(error?.issues.map(\.target) ?? []) == [
        "rules[1].attempts", "rules[1].respond.status", "rules[2].match.target.id",
        "rules[2].chance", "rules[2].fault.interim.status", "rules[3].during", "rules[3].delay",
        "rules[4].name", "rules[4].chance", "rules[4]", "connections[0].fault.tls",
        "events[0].deliveries", "events[0].batch", "events[1]",
      ])
    #expect(
      error?.description.contains(
        "rules[1].respond.status: Expected a whole number from 200 to 599, found the number 99.")
        == true)
    #expect(try statuses(emulator, 1) == [503])
  }
}
