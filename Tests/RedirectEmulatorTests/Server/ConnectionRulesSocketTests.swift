import Core
import RedirectEmulator
import TestSupport
import Testing

@Suite("Rules for connections, over a socket")
struct ConnectionRulesSocketTests {
  private static func counters(_ emulator: Emulator, _ path: String = "/_emulator") throws
    -> [String]
  {
    let answer = try ControlClient(port: emulator.port).call("GET", path + "/scenario")
    return try answer.json()["connections"].items.map {
      "\($0["name"].text ?? "") \($0["matched"].number ?? -1) \($0["fired"].number ?? -1)"
    }
  }

  private static func failed(_ emulator: Emulator, _ path: String = "/_emulator") throws -> [JSON] {
    try ControlClient(port: emulator.port).call("GET", path + "/connections?failed=true").json()[
      "connections"
    ].items
  }

  private static let health = Array(
    "GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)

  /// A connection that asks for the emulator's health and reads to its end.
  @discardableResult
  private static func visit(
    _ emulator: Emulator, _ scheme: Scheme, name: String? = "localhost", timeout: Int = 10
  ) throws -> RawClient.Ending {
    let client = try RawClient(
      port: emulator.port, scheme, serverName: name, timeout: timeout)
    try client.send(health)
    return try client.readToEnd().ending
  }

  @Test(
    "a rule of TLS neither matches nor fires over http",
    arguments: [
      "certificate: expired", "alert: internal_error", "stall: true", "maxVersion: '1.1'",
      "noCloseNotify: true",
    ])
  func plain(fault: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(scenario: "connections: [{ name: tls, fault: { tls: { \(fault) } } }]")
    for _ in 0..<3 { #expect(try Self.visit(emulator, .http) == .fin) }
    #expect(try Self.counters(emulator) == ["tls 0 0"])
    #expect(emulator.defaultResource.unusedRules == ["tls"])
    #expect(emulator.totals.faults == 0)
    #expect(try Self.failed(emulator).isEmpty)
  }

  @Test("a rule behind one of TLS still decides about connections over http")
  func behind() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        connections:
          - { name: tls, fault: { tls: { certificate: expired } } }
          - { name: refused, connections: 1, fault: refuse }
        """)
    let client = try RawClient(port: emulator.port)
    try client.send(Self.health)
    #expect(try client.readToEnd().ending == .rst)
    #expect(try Self.counters(emulator) == ["tls 0 0", "refused 1 1"])
    let entry = try #require(try Self.failed(emulator).first)
    #expect(entry["rule"].text == "refused" && entry["fault"].text == "refuse")
    #expect(entry["handshake"].isNull)
  }

  @Test("every and chance of a rule of TLS go by handshakes alone")
  func everySecond() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: "connections: [{ name: tls, every: 2, fault: { tls: { alert: access_denied } } }]")
    var failures: [Bool] = []
    for _ in 0..<6 {
      try Self.visit(emulator, .http)
      failures.append((try? Self.visit(emulator, .https)) == nil)
    }
    #expect(failures == [false, true, false, true, false, true])
    #expect(try Self.counters(emulator) == ["tls 6 3"])
  }

  @Test("a client that leaves before its ClientHello is whole has not met the fault")
  func unfinishedHello() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: "connections: [{ name: tls, fault: { tls: { certificate: expired } } }]")
    do {
      let client = try RawClient(port: emulator.port)
      try client.send([22, 3, 1, 2, 0, 1, 0])
      client.finishSending()
      _ = try client.readToEnd()
    }
    #expect(try Self.counters(emulator) == ["tls 0 0"])
    let entry = try #require(try Self.failed(emulator).first)
    #expect(entry["rule"].isNull && entry["handshake"].text == "failed")
  }

  @Test(
    "a client with nothing in common with the server is shown no certificate: that rule has not fired"
  )
  func noCertificate() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: "connections: [{ name: tls, fault: { tls: { certificate: expired } } }]")
    let client = try RawClient(port: emulator.port)
    let old = try TLSClientSession(number: 0x302)
    _ = try old.handshake()
    try client.send(old.output())
    _ = try client.readToEnd()
    #expect(try Self.counters(emulator) == ["tls 1 0"])
    let entry = try #require(try Self.failed(emulator).first)
    #expect(entry["rule"].isNull)
    #expect(entry["message"].text?.contains("TLS 1.2 and 1.3") == true, "\(entry)")
    // With it, the client sees the certificate, and the emulator that it takes it.
    try Self.visit(emulator, .https)
    #expect(try Self.counters(emulator).first == "tls 2 1")
    let accepted = try #require(try Self.failed(emulator).last)
    #expect(accepted["rule"].text == "tls" && accepted["handshake"].text == "done")
    #expect(accepted["message"].text?.contains("does not verify") == true)
  }

  @Test(
    "an end without close_notify fires where the server ends first, and not where the client does")
  func goodbye() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: "connections: [{ name: rude, fault: { tls: { noCloseNotify: true } } }]")
    let client = try RawClient(port: emulator.port, .https)
    client.finishSending()
    _ = try client.readToEnd()
    #expect(try Self.counters(emulator) == ["rude 1 0"])
    #expect(try Self.visit(emulator, .https) == .fin)
    #expect(try Self.counters(emulator) == ["rude 2 1"])
    #expect(try Self.failed(emulator).map { $0["rule"].text } == ["rude"])
  }

  @Test("SNI's first label chooses the resource whose rules decide, for each fault")
  func byServerName() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    for (name, fault) in [
      ("one", "refuse"), ("two", "silent"), ("three", "{ tls: { alert: access_denied } }"),
    ] {
      try emulator.makeResource(ResourceSettings(name: name)).load(
        scenario: "connections: [{ name: \(name), connections: 1..2, fault: \(fault) }]")
    }
    for _ in 0..<2 {
      for name in ["one.localhost", "TWO.communication.azure.com", "three.localhost"] {
        #expect(throws: RawClient.Failure.self) {
          try Self.visit(emulator, .https, name: name, timeout: 1)
        }
      }
      #expect(try Self.visit(emulator, .https, name: "localhost") == .closeNotify)
      #expect(try Self.visit(emulator, .https, name: "one.example.com") == .closeNotify)
      #expect(try Self.visit(emulator, .https, name: nil) == .closeNotify)
      #expect(try Self.visit(emulator, .http) == .fin)
    }
    for name in ["one", "two", "three"] {
      #expect(try Self.visit(emulator, .https, name: name + ".localhost") == .closeNotify)
      let path = "/_emulator/resources/" + name
      #expect(try Self.counters(emulator, path) == ["\(name) 2 2"])
      let entries = try Self.failed(emulator, path)
      #expect(entries.map { $0["resource"].text } == [name, name])
      #expect(entries.allSatisfy { $0["serverName"].text?.hasPrefix(name + ".") == true })
    }
    #expect(try Self.failed(emulator).isEmpty)
  }

  @Test("the default resource's rules are for connections that name no other")
  func byDefault() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    _ = try emulator.makeResource(ResourceSettings(name: "other"))
    try emulator.load(scenario: "connections: [{ name: none, connections: 1..2, fault: refuse }]")
    #expect(try Self.visit(emulator, .https, name: "other.localhost") == .closeNotify)
    #expect(throws: (any Error).self) { try Self.visit(emulator, .https) }
    #expect(try Self.visit(emulator, .https, name: "other.localhost") == .closeNotify)
    #expect(try Self.visit(emulator, .http) == .rst)
    #expect(try Self.visit(emulator, .http) == .fin)
    #expect(try Self.counters(emulator) == ["none 2 2"])
  }

  @Test("failed connections are a list with pages, which reset empties; they are not requests")
  func list() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    for _ in 0..<1_003 {
      let client = try RawClient(port: emulator.port)
      try client.send("\u{16}GET / HTTP/1.1\r\n\r\n")
      _ = try client.readToEnd()
    }
    let control = try ControlClient(port: emulator.port)
    let page = try control.call("GET", "/_emulator/connections?failed=true&limit=2").json()
    #expect(page["connections"].items.map { $0["seq"].number } == [4, 5])
    #expect(page["next"].number == 5 && page["dropped"].number == 3)
    let last = try control.call("GET", "/_emulator/connections?failed=true&after=1002").json()
    #expect(last["connections"].items.map { $0["seq"].number } == [1_003])
    #expect(last["next"].isNull)
    #expect(last["connections"][0]["peer"].text?.hasPrefix("127.0.0.1:") == true)
    #expect(emulator.requests.isEmpty)
    #expect(try control.metric("failed_connections_total{cause=\"handshake\"}") == 1_003)
    #expect(try control.metric("memory_bytes{kind=\"failedConnection\"}") > 256_000)
    #expect(try control.call("POST", "/_emulator/reset").status == 204)
    #expect(try control.metric("memory_bytes{kind=\"failedConnection\"}") == 0)
    #expect(try Self.failed(emulator).isEmpty)
  }

  @Test(
    "the list is asked for as it can be",
    arguments: ["", "?failed=false", "?failed=true&limit=0", "?failed=true&after=x", "?faild=true"])
  func refused(query: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try ControlClient(port: emulator.port).call(
      "GET", "/_emulator/connections" + query)
    #expect(answer.status == 400, "\(answer.text)")
  }
}
