import Foundation
import HTTP1
import RedirectEmulator
import TestSupport
import Testing

@Suite("Figures and reports, over a socket")
struct FiguresSocketTests {
  /// A sample of `/metrics` with its labels.
  private static func figure(_ name: String, of emulator: Emulator) throws -> Int {
    let text = try ControlClient(port: emulator.port).call("GET", "/metrics").text
    let line = text.split(separator: "\n").first { $0.hasPrefix("redirect_emulator_" + name + " ") }
    return line.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
  }

  /// Begins a TLS handshake and reads what comes until the connection ends or there is nothing more.
  private static func beginTLS(_ emulator: Emulator) throws {
    _ = try RawClient(port: emulator.port, .https, timeout: 1)
  }

  @Test(
    "a handshake that a rule refuses or stalls is a failed one",
    arguments: ["{ tls: { alert: handshake_failure } }", "{ tls: { stall: true } }"])
  func handshakes(fault: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(scenario: "connections: [{ connections: 1..2, fault: \(fault) }]")
    for _ in 0..<2 {
      #expect(throws: RawClient.Failure.self) { try Self.beginTLS(emulator) }
    }
    try Self.beginTLS(emulator)
    #expect(try Self.figure("tls_handshakes_total{result=\"failed\"}", of: emulator) == 2)
    #expect(try Self.figure("tls_handshakes_total{result=\"ok\"}", of: emulator) == 1)
    #expect(try Self.figure("faults_total{fault=\"tls\"}", of: emulator) == 2)
    #expect(emulator.totals.faults == 2)
  }

  @Test("faults of connections are counted beside those of requests")
  func connectionFaults() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        rules: [{ fault: empty }]
        connections:
          - { connections: 1, fault: refuse }
          - { connections: 2, fault: silent }
          - { connections: 3, fault: { tls: { certificate: expired } } }
        """)
    let refused = try RawClient(port: emulator.port)
    #expect(try refused.readToEnd().ending == .rst)
    let silent = try RawClient(port: emulator.port)
    let request = RedirectRequest(
      authorization: "Bearer " + (try emulator.token()))
    // Over http the third rule does nothing, and is not a fault.
    let plain = try RawClient(port: emulator.port)
    try plain.send(request.bytes)
    #expect(try plain.readToEnd().bytes.isEmpty)
    #expect(becomesTrue { emulator.totals.faults == 3 }, "\(emulator.totals)")
    for (fault, count) in [("refuse", 1), ("silent", 1), ("tls", 0), ("empty", 1)] {
      #expect(
        try Self.figure("faults_total{fault=\"\(fault)\"}", of: emulator) == count, "\(fault)")
    }
    silent.finishSending()
  }

  @Test("every request is counted as one of five, and every report has the same counts")
  func totals() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        rules:
          - { match: { header: { x-test: busy } }, delay: 1ms, respond: { status: 503 } }
          - { match: { header: { x-test: lost } }, after: execution, fault: reset }
          - { match: { header: { x-test: nothing } }, pass: true }
        """)
    let bearer = "Bearer " + (try emulator.token())
    let date = IMFFixdate(secondsSince1970: Int64(Date().timeIntervalSince1970)).description
    func send(_ test: String = "none", id: Int? = nil, bearer: String? = nil) throws {
      let client = try RawClient(port: emulator.port)
      var request = RedirectRequest(authorization: bearer)
      request.fields = [("Connection", "close"), ("x-test", test)]
      if let id {
        request.repeatable(
          id: "0d3f1c5e-6a0b-4c1d-8f5e-0a1b2c3d4e5\(id)", firstSent: date)
      }
      try client.send(request.bytes)
      _ = try client.readToEnd()
    }
    try send(bearer: bearer)
    try send(id: 1, bearer: bearer)
    for _ in 0..<2 { try send(id: 1, bearer: bearer) }
    for _ in 0..<3 { try send() }
    for _ in 0..<4 { try send("busy", bearer: bearer) }
    try send("lost", id: 2, bearer: bearer)
    try send("lost", id: 2, bearer: bearer)
    try send("nothing", bearer: bearer)
    let garbage = try RawClient(port: emulator.port)
    try garbage.send(Array("nonsense\r\n\r\n".utf8))
    _ = try garbage.readToEnd()
    let counts = [
      "executed": 4, "repeated": 3, "rejected": 3, "ruled": 4, "unread": 1,
    ]
    // Four delays with four responses, and two faults.
    let faults = ["delay": 4, "respond": 4, "reset": 2, "pace": 0]
    #expect(becomesTrue { emulator.totals.requests == 15 }, "\(emulator.totals)")
    #expect(
      emulator.totals.description
        == "15 requests: 4 executed, 3 repeated, 3 rejected, 4 ruled, 1 unread, 10 faults fired")
    let shown = try ControlClient(port: emulator.port).call(
      "GET", "/_emulator/resources/default"
    ).json()["totals"]
    #expect(shown["requests"].number == 15 && shown["faults"].number == 10, "\(shown)")
    for (word, count) in counts {
      #expect(shown[word].number == count, "\(shown)")
      #expect(
        try Self.figure("request_outcomes_total{outcome=\"\(word)\"}", of: emulator) == count)
      #expect(emulator.requests.count { $0.outcome.rawValue == word } == count, "\(word)")
    }
    for (fault, count) in faults {
      #expect(
        try Self.figure("faults_total{fault=\"\(fault)\"}", of: emulator) == count, "\(fault)")
    }
    #expect(try ControlClient(port: emulator.port).call("POST", "/_emulator/reset").status == 204)
    let reset = try ControlClient(port: emulator.port).call(
      "GET", "/_emulator/resources/default"
    ).json()["totals"]
    #expect(reset["requests"].number == 0 && reset["faults"].number == 0, "\(reset)")
  }

  @Test(
    "a request whose response was whole is answered, also by a rule and where it asked to close")
  func ends() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let bearer = "Bearer " + (try emulator.token())
    for rule in ["", "rules: [{ respond: { status: 503 } }]", "rules: [{ delay: 1ms }]"] {
      try emulator.load(scenario: rule)
      let client = try RawClient(port: emulator.port)
      var request = RedirectRequest(authorization: bearer)
      request.fields = [("Connection", "close")]
      try client.send(request.bytes)
      #expect(try client.readToEnd().ending == .fin)
      #expect(becomesTrue { emulator.requests.last?.end != nil })
      #expect(emulator.requests.last?.end == .answered, "\(rule)")
      #expect((emulator.requests.last?.duration ?? .zero) > .zero, "\(rule)")
    }
  }

  @Test(
    "verify repeats a range as it was asked",
    arguments: ["0..2", "..2", "4..4", "1..3", "2..", "0.."])
  func ranges(range: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try ControlClient(port: emulator.port).call(
      "POST", "/_emulator/verify", #"{"expect":{"operations":"\#(range)"}}"#)
    let check = try answer.json()["checks"][0]
    #expect(check["expected"].text == range, "\(answer.text)")
    #expect(check["message"].text?.contains(range) == true, "\(answer.text)")
  }
}
