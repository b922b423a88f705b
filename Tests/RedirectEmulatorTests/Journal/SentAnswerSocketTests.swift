import Foundation
import RedirectEmulator
import Scenarios
import TestSupport
import Testing

@Suite("The response as it was sent, told afterwards")
struct SentAnswerSocketTests {
  /// The response that `GET R/requests/SEQ` shows of the last request, once that has ended.
  private static func answer(_ desk: CallDesk) throws -> (answer: JSON, bytes: [UInt8]) {
    try #require(becomesTrue { desk.emulator.requests.last?.end != nil })
    let seq = try #require(desk.emulator.requests.last?.seq)
    let answer = try desk.control.call("GET", "/_emulator/requests/\(seq)").json()["answer"]
    let raw =
      answer["raw"].text.map { Array($0.utf8) }
      ?? answer["rawBase64"].text.flatMap { Data(base64Encoded: $0).map { Array($0) } }
    return (answer, raw ?? [])
  }

  /// Every fault of requests by its name, as a rule has it.
  static let faults = FaultTable.requestFaults.map { $0.row.name }

  @Test(
    "of each fault the bytes are those that the client got", arguments: faults,
    ["", "after: execution, "])
  func faulty(fault: String, after: String) async throws {
    let fault = fault == "hang" ? "{ hang: { for: 50ms } }" : fault
    let desk = try await CallDesk(scenario: "rules: [{ \(after)fault: \(fault) }]")
    defer { desk.emulator.stop() }
    var request = try desk.request("a")
    request.fields.append(("Connection", "close"))
    let client = try RawClient(port: desk.emulator.port)
    try client.send(request.bytes)
    if fault == "stallRead" { client.finishSending() }
    let got = try client.readToEnd().bytes
    let (answer, bytes) = try Self.answer(desk)
    #expect(answer["sentBytes"].number == got.count, "\(answer)")
    #expect(Array(bytes.prefix(got.count)) == got, "\(answer)")
    #expect(answer["cutBytes"].number == 0)
    let sent = answer["steps"].items.compactMap { $0["send"].number }.reduce(0, +)
    #expect(sent == got.count, "\(answer["steps"])")
  }

  @Test("of a cut response the rest is shown, and what is longer than is kept says so")
  func rest() async throws {
    let desk = try await CallDesk(
      scenario: """
        rules:
          - { calls: 1, after: execution, fault: { reset: { afterBytes: 40 } } }
          - { calls: 2, fault: { garbage: { bytes: 20000 } } }
        """)
    defer { desk.emulator.stop() }
    let client = try RawClient(port: desk.emulator.port)
    try client.send(desk.request("a").bytes)
    _ = try client.readToEnd()
    let (cut, bytes) = try Self.answer(desk)
    #expect(cut["sentBytes"].number == 40 && bytes.count > 100)
    #expect(bytes.starts(with: "HTTP/1.1 204".utf8) && bytes.suffix(4) == [13, 10, 13, 10])
    #expect(cut["steps"].items.map(\.description) == [#"{"send":40}"#, #"{"reset":true}"#])
    let other = try RawClient(port: desk.emulator.port)
    try other.send(desk.request("b").bytes)
    let garbage = try other.readToEnd().bytes
    let (long, kept) = try Self.answer(desk)
    #expect(garbage.count == 20_000 && kept == Array(garbage.prefix(16_384)))
    #expect(long["cutBytes"].number == 20_000 - 16_384)
  }

  /// Requests of all kinds that no rule decides.
  static let plain: [(name: String, change: @Sendable (inout RedirectRequest) -> Void)] = [
    ("good", { _ in }),
    ("repeatable", { $0.repeatable(id: id, firstSent: Dates.imf()) }),
    ("with a client's id", { $0.fields.append(("x-ms-client-request-id", "a \u{e4} b")) }),
    ("closing", { $0.fields.append(("Connection", "close")) }),
    ("no credential", { $0.authorization = nil }),
    ("wrong body", { $0.body = #"{"target":{},"x":1}"# }),
    ("no JSON", { $0.body = "{" }),
    ("other path", { $0.target = "/favicon.ico" }),
    ("wrong method", { $0.method = "GET" }),
    ("head", { $0.method = "HEAD" }),
    ("rejected", { $0.target = "/calling/callConnections:reject?api-version=2026-03-12" }),
    (
      "answered",
      {
        $0.target = "/calling/callConnections:answer?api-version=2026-03-12"
        $0.body = #"{"incomingCallContext":"a","callbackUri":"https://example.com/a"}"#
      }
    ),
    ("bad pair", { $0.fields.append(("Repeatability-Request-ID", "x")) }),
    ("no host", { $0.host = "a b" }),
  ]
  static let id = "0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5f"

  @Test("of a response without a rule the bytes are made again", arguments: plain.indices)
  func again(index: Int) async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    for attempt in 1...2 {
      var request = try desk.request("a")
      request.fields.append(("x-test", "\(attempt)"))
      Self.plain[index].change(&request)
      let client = try RawClient(port: desk.emulator.port)
      try client.send(request.bytes)
      // The server keeps or closes the connection: either way all has come when the client ends its side.
      client.finishSending()
      let got = try client.readToEnd().bytes
      let (answer, bytes) = try Self.answer(desk)
      #expect(got.count > 50 && bytes == got, "\(Self.plain[index].name): \(answer)")
      #expect(answer["sentBytes"].number == got.count)
      let last = answer["steps"].items.last?.names
      #expect(last == ["keepAlive"] || last == ["close"])
    }
  }

  @Test("each fault of a body has its place, and what is missing that of its object")
  func places() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let cases: [(body: String, places: [String])] = [
      (
        "{\n  \"incomingCallContext\": 7,\n  \"target\": { \"kind\": \"phoneNumber\" }\n}",
        ["incomingCallContext 2:26", "target.phoneNumber 3:13"]
      ),
      ("{\n \"incomingCallContext\":\"a\",\n}", ["$ 3:1"]),
      ("[]", ["$ 1:1"]), ("{}", ["incomingCallContext 1:1", "target 1:1"]),
    ]
    for (body, places) in cases {
      try desk.send(desk.request("a", body: body))
      let seq = try #require(desk.emulator.requests.last?.seq)
      let one = try desk.control.call("GET", "/_emulator/requests/\(seq)").json()["failed"]
      let found = one["details"].items.map {
        "\($0["target"].text ?? "") \($0["line"].number ?? 0):\($0["column"].number ?? 0)"
      }
      #expect(found == places, "\(one)")
      #expect(one["details"].items.allSatisfy { $0["message"].text?.isEmpty == false })
      let listed = try desk.control.call("GET", "/_emulator/requests?after=\(seq - 1)").json()
      let details = listed["requests"][0]["failed"]["details"]
      #expect(details.items.count == places.count && details[0]["line"].isNull)
    }
  }
}
