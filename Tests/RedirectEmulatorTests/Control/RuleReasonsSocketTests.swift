import RedirectEmulator
import TestSupport
import Testing

@Suite("Why each rule decided a request or did not, told afterwards")
struct RuleReasonsSocketTests {
  private static func rules(_ desk: CallDesk, _ seq: Int) throws -> JSON {
    try desk.control.call("GET", "/_emulator/requests/\(seq)").json()["rules"]
  }

  /// A condition that does not hold for a good first request, and what is said of it.
  static let unmet: [(condition: String, name: String, expected: String, seen: String)] = [
    ("attempts: 2..3", "attempts", "2..3", "1"), ("calls: 7", "calls", "7", "1"),
    ("ofCall: 1", "ofCall", "1", "0"),
    ("state: later", "state", "later", #""start""#),
    ("match: { target: { id: \"8:*\" } }", "match.target.id", "8:*", #""+14255550123""#),
    ("match: { header: { x-a: b } }", "match.header.x-a", "b", "null"),
    ("match: { valid: false }", "match.valid", "false", #""true""#),
    ("match: { auth: accessKey }", "match.auth", "accessKey", #""userToken""#),
    ("during: 1h..2h", "during", "3600s..7200s", ""), ("chance: 0%", "chance", "chance: 0%", ""),
    ("every: 2", "every", "every: 2", ""),
  ]

  @Test("a rule that did not decide says which condition did not hold", arguments: unmet)
  func because(condition: String, name: String, expected: String, seen: String) async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    // `becomes` leads to the state that a rule asks for.
    let text = """
      rules:
        - { name: asked, \(condition), respond: { status: 503 } }
        - { name: decides, sequence: [{ times: 1, respond: { status: 429 } }, { becomes: later, pass: true }] }
        - { name: below, pass: true }
      """
    let put = try desk.control.call(
      "PUT", "/_emulator/scenario", text)
    #expect(put.status == 200, "\(put.text)")
    try desk.send(desk.request("a"))
    let rules = try Self.rules(desk, 1)
    #expect(rules.items.map { $0["name"].text } == ["asked", "decides", "below"])
    #expect(rules.items.map { $0["index"].number } == [0, 1, 2])
    #expect(rules.items.map { $0["source"]["line"].number } == [2, 3, 4])
    #expect(rules.items.map { $0["fired"].flag } == [false, true, false])
    #expect(rules.items.map { $0["step"].number } == [nil, 1, nil])
    let because = rules[0]["because"]
    #expect(because["condition"].text == name && because["expected"].text == expected, "\(because)")
    if !seen.isEmpty { #expect("\(because["seen"])" == seen, "\(because)") }
    // All but these hold.
    #expect(rules[0]["matched"].flag == ["chance", "every"].contains(name))
    #expect(rules[1]["because"].isNull && rules[1]["matched"].flag == true)
    #expect(rules[2]["because"]["condition"].text == "order")
    #expect(rules[2]["because"]["seen"].text == "'decides' decided")
  }

  @Test("a state is told as it was then, and rules that were replaced are not told about")
  func past() async throws {
    let desk = try await CallDesk(
      scenario: """
        rules:
          - { name: busy, state: busy, respond: { status: 503 } }
          - { name: first, becomes: busy }
        """)
    defer { desk.emulator.stop() }
    try desk.send(desk.request("a"))
    try desk.send(desk.request("b"))
    let first = try Self.rules(desk, 1)
    #expect(first[0]["because"]["seen"].text == "start" && first[1]["fired"].flag == true)
    let entry = try desk.control.call("GET", "/_emulator/requests/1").json()
    #expect(entry["did"].text == "nothing" && entry["rule"].text == "first")
    #expect(try Self.rules(desk, 2)[0]["fired"].flag == true)
    #expect(try desk.control.call("PUT", "/_emulator/scenario", "rules: []").status == 200)
    #expect(try Self.rules(desk, 1).isNull)
    try desk.send(desk.request("c"))
    #expect(try Self.rules(desk, 3).items.isEmpty)
    #expect(try !Self.rules(desk, 3).isNull)
  }
}
