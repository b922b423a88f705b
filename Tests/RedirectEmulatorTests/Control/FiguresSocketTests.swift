import Foundation
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
    // Over http the third rule does nothing, and is no fault.
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
