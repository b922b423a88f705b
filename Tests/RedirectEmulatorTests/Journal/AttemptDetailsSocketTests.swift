import FoundationEssentials
import RedirectEmulator
import TestSupport
import Testing

@Suite("What the journal says of each attempt, over a socket")
struct AttemptDetailsSocketTests {
  /// A rule, and what the attempt that it decides says.
  static let rules:
    [(rule: String, did: String, isWhole: Bool, sent: ClosedRange<Int>, hasResponse: Bool)] = [
      ("respond: { status: 429, retryAfter: 1s }", "responded", true, 100...999, true),
      ("delay: 10ms", "delayed", true, 100...999, true),
      ("pace: { bytesPerSecond: 100000, chunk: 64 }", "delayed", true, 100...999, true),
      ("pass: true", "nothing", true, 100...999, true),
      ("after: execution, fault: { reset: { afterBytes: 40 } }", "broke", false, 40...40, true),
      ("after: execution, fault: { truncate: { atBytes: 50 } }", "broke", false, 50...50, true),
      ("after: execution, fault: empty", "broke", false, 0...0, true),
      ("fault: reset", "broke", false, 0...0, false),
      (
        "respond: { status: 503 }, fault: { truncate: { atBytes: 30 } }", "broke", false, 30...30,
        true
      ),
      ("fault: { garbage: { bytes: 600 } }", "broke", false, 600...600, true),
      ("fault: closeAfter", "broke", true, 100...999, true),
      ("fault: http10", "broke", true, 100...999, true),
      ("sequence: [{ times: 3, fault: empty }, pass]", "broke", false, 0...0, false),
    ]

  @Test(
    "how much of a response was sent, whether it was whole, and what the rule did", arguments: rules
  )
  func details(
    rule: String, did: String, isWhole: Bool, sent: ClosedRange<Int>, hasResponse: Bool
  ) async throws {
    let desk = try await CallDesk(scenario: "rules: [{ name: r, \(rule) }]")
    defer { desk.emulator.stop() }
    let client = try RawClient(port: desk.emulator.port)
    try client.send(desk.request("a").bytes)
    _ = try? client.read(atLeast: max(sent.lowerBound, 1))
    try #require(becomesTrue { desk.emulator.requests.last?.end != nil })
    let attempt = try desk.control.call("GET", "/_emulator/operations").json()["operations"][0][
      "attempts"][0]
    #expect(attempt["did"].text == did, "\(attempt)")
    #expect(attempt["answerWhole"].flag == isWhole, "\(attempt)")
    #expect(sent.contains(try #require(attempt["bytesSent"].number)), "\(attempt)")
    #expect(attempt["step"].number == (rule.hasPrefix("sequence") ? 1 : nil))
    let whole = attempt["answerBytes"].number
    #expect((whole != nil) == hasResponse, "\(attempt)")
    if let whole { #expect(isWhole ? sent.contains(whole) : whole >= sent.lowerBound) }
    // The entry and the call say the same.
    let entry = try desk.control.call("GET", "/_emulator/requests").json()["requests"][0]
    let call = try desk.calls()["calls"][0]["attempts"][0]
    for name in ["did", "step", "bytesSent", "answerBytes", "answerWhole"] {
      #expect("\(entry[name])" == "\(attempt[name])", "\(name)")
      #expect("\(call[name])" == "\(attempt[name])", "\(name)")
    }
  }

  @Test("an attempt says which check refused it, whether it was a repeat, and how long it waited")
  func chain() async throws {
    let desk = try await CallDesk(
      scenario: "rules: [{ attempts: 1, respond: { status: 429, retryAfter: 1s } }]")
    defer { desk.emulator.stop() }
    let id = "0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f"
    let sent = Dates.imf()
    // The clock moves between the attempts; the pause is measured on another.
    for (number, offset) in ["0s", "6s", "12s"].enumerated() {
      try desk.advance(offset)
      var request = try desk.request("a", id: id, firstSent: sent, clientID: "c \(number)")
      request.fields.append(("User-Agent", "test/1.0"))
      try desk.send(request)
    }
    try desk.send(desk.request("a", body: "{}", id: id, firstSent: sent))
    let operation = try desk.control.call(
      "GET", "/_emulator/operations?clientRequestId=c%201"
    ).json()["operations"][0]
    let attempts = operation["attempts"].items
    #expect(attempts.map { $0["status"].number } == [429, 204, 204, 400])
    #expect(attempts.map { $0["repeated"].flag } == [false, false, true, false])
    #expect(attempts.map { $0["failed"]["stage"].text } == [nil, nil, nil, "body"])
    #expect(attempts[3]["failed"]["code"].text == "8523")
    #expect(attempts[0]["pauseMs"].isNull)
    let operations = desk.emulator.operations
    let pauses = try #require(operations.first).attempts.map(\.duration)
    #expect(pauses.count == 4 && attempts.dropFirst().allSatisfy { !$0["pauseMs"].isNull })
    #expect(Set(attempts.map { $0["connection"].number }).count == 4)
    #expect(operation["clientRequestId"].text == "c 0")
    #expect(operation["userAgent"].text == "test/1.0")
    #expect(operation["apiVersion"].text == "2026-03-12")
    #expect(operation["target"]["id"].text == "4:+14255550123" || !operation["target"].isNull)
    #expect(operation["context"]["length"].number == 1 && operation["context"]["tail"].text == "a")
  }

  @Test("a summary is short whatever the request had, and has no member that is null")
  func summary() async throws {
    let desk = try await CallDesk(
      scenario:
        "rules: [{ name: throttled twice, attempts: 1, chance: 30%, respond: { status: 429, retryAfter: 1s } }]"
    )
    defer { desk.emulator.stop() }
    let client = try RawClient(port: desk.emulator.port)
    let context = String(repeating: "e", count: 8_000)
    let user = "8:acs:" + Self.uuid + "_" + Self.uuid
    let sent = Dates.imf()
    for _ in 0..<200 {
      try client.send(
        desk.request(
          context,
          body:
            #"{"incomingCallContext":"\#(context)","target":{"kind":"communicationUser","communicationUser":{"id":"\#(user)"}}}"#,
          id: Self.uuid, firstSent: sent, clientID: Self.uuid
        ).bytes)
      _ = try client.readResponse()
    }
    let answer = try desk.control.call("GET", "/_emulator/requests?fields=summary&limit=200")
    #expect(answer.body.count < 100_000, "\(answer.body.count)")
    let first = try answer.json()["requests"][0]
    #expect(first["context"]["length"].number == 8_000 && first["context"]["tail"].text == "eeee")
    #expect(first["headers"].isNull && first["body"].isNull)
    #expect(
      !answer.text.contains(":null")
        || answer.text.hasSuffix(#""next":null,"dropped":0,"missed":0}"#))
    #expect(answer.text.components(separatedBy: ":null").count <= 2)
    let operations = try desk.control.call(
      "GET", "/_emulator/operations?fields=summary&order=newest&limit=50")
    #expect(try operations.json()["operations"].items.count <= 50)
    #expect(!operations.text.dropLast(40).contains(":null"), "\(operations.text.prefix(400))")
  }

  static let uuid = "0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f"
}
