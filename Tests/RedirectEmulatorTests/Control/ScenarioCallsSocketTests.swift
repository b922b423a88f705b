import RedirectEmulator
import TestSupport
import Testing

@Suite("Checking, switching and planning rules, over a socket")
struct ScenarioCallsSocketTests {
  @Test("a check says all that is wrong, warns of what never fires, and loads nothing")
  func check() async throws {
    let desk = try await CallDesk(scenario: "rules: [{ name: old, respond: { status: 429 } }]")
    defer { desk.emulator.stop() }
    let before = try desk.control.call("GET", "/_emulator/scenario").text
    func check(_ text: String) throws -> JSON {
      let answer = try desk.control.call("POST", "/_emulator/scenario/check", text)
      #expect(answer.status == 200, "\(answer.text)")
      return try answer.json()
    }
    let wrong = try check("rules:\n  - { name: a }\n  - { fault: emty }\n")
    #expect(wrong["errors"].items.map { $0["line"].number } == [2, 3])
    #expect(
      wrong["errors"][1]["target"].text == "rules[1].fault" && wrong["warnings"].items.isEmpty)
    let shadowed = try check(
      "rules:\n  - { name: a, fault: empty }\n  - { name: b, fault: reset }\n")
    #expect(shadowed["errors"].items.isEmpty && shadowed["warnings"].items.count == 1)
    #expect(shadowed["warnings"][0]["message"].text?.contains("is unreachable") == true)
    #expect(shadowed["warnings"][0]["line"].number == 3)
    let right = try check(before)
    #expect(right["errors"].items.isEmpty && right["warnings"].items.isEmpty)
    #expect(try desk.control.call("GET", "/_emulator/scenario").text == before)
  }

  @Test("a rule that is switched off is skipped, and keeps its counters")
  func switching() async throws {
    let desk = try await CallDesk(
      scenario: """
        rules:
          - { name: a, respond: { status: 429 } }
          - { name: b, respond: { status: 503 } }
        """)
    defer { desk.emulator.stop() }
    let reader = try EventTypesSocketTests.Reader(desk.emulator.port, "?types=scenario")
    func turn(_ index: Int, _ isOn: Bool) throws -> JSON {
      let answer = try desk.control.call(
        "PATCH", "/_emulator/scenario/rules/\(index)", #"{"enabled":\#(isOn)}"#)
      #expect(answer.status == 200, "\(answer.text)")
      return try answer.json()
    }
    func status() throws -> Int { try desk.send(desk.request("a")).status }
    #expect(try status() == 429)
    let off = try turn(0, false)
    #expect(off["name"].text == "a" && off["enabled"].flag == false && off["fired"].number == 1)
    #expect(try status() == 503)
    _ = try turn(1, false)
    #expect(try status() == 204)
    // Nothing changes, and nothing is told.
    _ = try turn(1, false)
    _ = try turn(0, true)
    #expect(try status() == 429)
    let scenario = try desk.control.call("GET", "/_emulator/scenario").json()
    #expect(scenario["rules"].items.map { $0["enabled"].flag } == [true, false])
    #expect(scenario["rules"].items.map { $0["fired"].number } == [2, 1])
    #expect(scenario["rules"][1]["source"]["line"].number == 3)
    #expect(scenario["changedAt"].text != nil)
    let why = try desk.control.call("GET", "/_emulator/requests/3").json()["rules"]
    #expect(why[1]["because"]["condition"].text == "enabled")
    #expect(try reader.events("scenario", 3).map { $0["revision"].number } == [2, 3, 4])
    #expect(
      try desk.control.call("PATCH", "/_emulator/scenario/rules/2", #"{"enabled":true}"#).status
        == 404)
  }

  /// A scenario, what is asked, and of each call the attempts as `RULE STATUS executed`.
  static let plans: [(scenario: String, body: String, calls: [[String]])] = [
    ("", #"{"requests":2}"#, [["- 204 +"], ["- 204 +"]]),
    (
      "[{ name: t, attempts: 1..2, respond: { status: 429, retryAfter: 1s } }]", #"{"requests":1}"#,
      [["t 429 -", "t 429 -", "- 204 +"]]
    ),
    (
      "[{ name: t, respond: { status: 503 } }]", #"{"requests":1,"tries":3}"#,
      [["t 503 -", "t 503 -", "t 503 -"]]
    ),
    (
      "[{ name: l, attempts: 1, after: execution, fault: reset }]", #"{"requests":1}"#,
      [["l none +", "- 204 -"]]
    ),
    (
      "[{ name: b, match: { target: { kind: phoneNumber, id: \"+1*\" } }, respond: { status: 400 } }]",
      #"{"requests":1,"target":{"kind":"phoneNumber","id":"+1425"}}"#, [["b 400 -"]]
    ),
    (
      "[{ name: b, match: { target: { id: \"+1*\" } }, respond: { status: 400 } }]",
      #"{"requests":1}"#, [["- 204 +"]]
    ),
    (
      "[{ name: d, during: 0s..1s, respond: { status: 503, retryAfter: 2s } }]", #"{"requests":1}"#,
      [["d 503 -", "- 204 +"]]
    ),
    (
      "[{ name: c, calls: 2, respond: { status: 404 } }]", #"{"requests":2,"from":"start"}"#,
      [["- 204 +"], ["c 404 -"]]
    ),
    (
      "[{ name: s, sequence: [{ times: 1, respond: { status: 500 } }, pass] }]", #"{"requests":2}"#,
      [["s.1 500 -", "s.2 204 +"], ["s.2 204 +"]]
    ),
  ]

  @Test("a plan tells what each try would get, and counts nothing", arguments: plans.indices)
  func plan(index: Int) async throws {
    let (text, body, calls) = Self.plans[index]
    let desk = try await CallDesk(scenario: text.isEmpty ? nil : "rules: \(text)")
    defer { desk.emulator.stop() }
    for _ in 0..<2 {
      let plan = try desk.control.call("POST", "/_emulator/plan", body).json()
      let told = plan["calls"].items.map { call in
        call["attempts"].items.map { attempt in
          let rule = attempt["rule"].text ?? "-"
          let step = attempt["step"].number.map { ".\($0)" } ?? ""
          let status = attempt["status"].number.map { "\($0)" } ?? "none"
          return "\(rule)\(step) \(status) \(attempt["executed"].flag == true ? "+" : "-")"
        }
      }
      #expect(told == calls, "\(plan)")
      for (call, attempts) in zip(plan["calls"].items, calls) {
        #expect(call["executed"].number == attempts.count { $0.hasSuffix("+") })
      }
    }
  }

  @Test("a plan from now is what comes, and one from the start is as at the start")
  func fromNow() async throws {
    let desk = try await CallDesk(
      scenario: """
        seed: 5
        rules:
          - { name: third, calls: 3, respond: { status: 404 } }
          - { name: flaky, chance: 50%, attempts: 1, respond: { status: 429 } }
        """)
    defer { desk.emulator.stop() }
    func statuses(_ from: String) throws -> [Int?] {
      try desk.control.call(
        "POST", "/_emulator/plan", #"{"requests":20,"tries":1,"from":"\#(from)"}"#
      )
      .json()["calls"].items.map { $0["attempts"][0]["status"].number }
    }
    let start = try statuses("start")
    #expect(try statuses("now") == start && Set(start) == [204, 404, 429])
    for _ in 0..<2 { try desk.send(desk.request("a")) }
    let next = try statuses("now")
    #expect(next.first == 404 && next != start)
    #expect(try statuses("start") == start)
    for expected in next { #expect(try desk.send(desk.request("a")).status == expected) }
  }

  @Test("a summary of the resources counts calls and problems, and has no secret")
  func summary() async throws {
    let desk = try await CallDesk(
      { $0.journalLimit = 4 },
      scenario: "rules: [{ match: { context: lost }, respond: { status: 404 } }]")
    defer { desk.emulator.stop() }
    let made = try desk.control.call("POST", "/_emulator/resources", #"{"name":"quiet"}"#).json()
    let summary = { try desk.control.call("GET", "/_emulator/resources?summary=true") }
    for context in ["a", "b", "lost", "c", "lost"] { try desk.send(desk.request(context)) }
    try desk.send(desk.request("a", body: "{}"))
    _ = try desk.ring()
    let answer = try summary()
    let resources = try answer.json()["resources"]
    #expect(resources.items.map { $0["name"].text } == ["default", "quiet"])
    // Of four requests that are kept three went wrong, and one call rings.
    #expect(resources[0]["calls"].number == 5 && resources[0]["problems"].number == 3)
    #expect(resources[0]["dropped"].number == 2 && resources[0]["last"].text != nil)
    #expect(resources[1]["calls"].number == 0 && resources[1]["last"].isNull)
    for secret in ["accessKey", "token", "connectionString"] {
      #expect(!answer.text.contains(try #require(made[secret].text)))
      #expect(resources[1][secret].isNull)
    }
    let calls = try desk.calls()["calls"].items.compactMap { $0["verdict"].text }
    let problems = calls.count { ["refused", "lost", "redirectedTwice"].contains($0) }
    #expect(problems == 3 && calls.count == 5)
  }
}
