import RedirectEmulator
import TestSupport
import Testing

@Suite("The control API's own port, over a socket")
struct ControlPortSocketTests {
  private static func start(threads: Int = 1) async throws -> (emulator: Emulator, port: UInt16) {
    var configuration = Configuration()
    configuration.controlPort = 0
    configuration.threads = threads
    let emulator = try await Emulator.start(configuration)
    let endpoint = try #require(emulator.controlEndpoint)
    return (emulator, try #require(UInt16(endpoint.split(separator: ":")[2].prefix { $0 != "/" })))
  }

  @Test("no rule for connections sees or counts its connections", arguments: Scheme.allCases)
  func rules(scheme: Scheme) async throws {
    let (emulator, port) = try await Self.start(threads: 2)
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        rules: [{ name: second, connections: 2, respond: { status: 503 } }]
        connections:
          - { name: none, connections: 3.., fault: refuse }
          - { name: tls, fault: { tls: { alert: access_denied } } }
        """)
    func ask() throws {
      let client = try RawClient(port: port, scheme)
      try client.send(ControlClient.bytes("GET", "/_emulator/health"))
      #expect(try client.readResponse().status == 200)
    }
    let bytes = RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes
    for status in [204, 503] {
      for _ in 0..<3 { try ask() }
      let client = try RawClient(port: emulator.port)
      try client.send(bytes)
      #expect(try client.readResponse().status == status)
    }
    for _ in 0..<3 { try ask() }
    #expect(try RawClient(port: emulator.port).readToEnd().ending == .rst)
    try ask()
    let control = try ControlClient(port: port)
    let scenario = try control.call("GET", "/_emulator/scenario").json()
    #expect(scenario["connections"].items.map { $0["matched"].number } == [1, 0])
    #expect(try control.metric("connections_accepted_total") == 3)
    #expect(try control.metric("tls_handshakes_total{result=\"ok\"}") == 0)
    #expect(emulator.requests.map(\.connection) == [1, 2])
  }

  @Test("it serves the control API and nothing else, and keeps nothing of it as a request")
  func others() async throws {
    let (emulator, port) = try await Self.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: port)
    #expect(try control.call("GET", "/metrics").status == 200)
    #expect(try control.call("GET", "/_emulator/ca.pem").status == 200)
    let client = try RawClient(port: port)
    try client.send(RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes)
    let answer = try client.readResponse()
    #expect(answer.status == 404)
    #expect(answer.text.contains("Redirect Call is at http://127.0.0.1:\(emulator.port)"))
    let broken = try RawClient(port: port)
    try broken.send("what is this\r\n\r\n")
    #expect(try broken.readResponse().status == 400)
    #expect(emulator.requests.isEmpty)
    #expect(emulator.totals.requests == 0)
    // And the service's port still serves the control API.
    #expect(try ControlClient(port: emulator.port).call("GET", "/_emulator/health").status == 200)
  }

  @Test("what it says of addresses has the service's port, whatever its own is published as")
  func addresses() async throws {
    let (emulator, port) = try await Self.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: port)
    let resource = try control.call("GET", "/_emulator/resources/default", host: "acs:\(port)")
    #expect(
      try resource.json()["connectionString"].text?.hasPrefix(
        "endpoint=https://acs:\(emulator.port)/;") == true)
    let document = try control.call(
      "GET", "/_emulator/openapi-control.json", host: "acs:\(port)")
    #expect(try document.json()["servers"][0]["url"].text == "http://acs:\(port)")
    let operation = try control.call("GET", "/_emulator/openapi.json", host: "acs:\(port)")
    #expect(try operation.json()["servers"][0]["url"].text == "http://acs:\(emulator.port)")
  }

  @Test("a port that is taken, or is the service's, is refused, and nothing stays open")
  func taken() async throws {
    let (emulator, port) = try await Self.start()
    defer { emulator.stop() }
    var configuration = Configuration()
    configuration.controlPort = port
    #expect {
      try Emulator.startBlocking(configuration)
    } throws: { "\($0)".contains("(--control-port)") }
    configuration.port = port
    #expect {
      try Emulator.startBlocking(configuration)
    } throws: { "\($0)".contains("controlPort") }
    configuration.controlAPI = false
    configuration.port = 0
    configuration.controlPort = 0
    let without = try Emulator.startBlocking(configuration)
    #expect(without.controlEndpoint == nil)
    without.stop()
  }
}
