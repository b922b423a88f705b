import LibCrypto
import RedirectEmulator
import TestSupport
import Testing

@Suite("Who may use the control API, over a socket")
struct ControlAccessSocketTests {
  private static func status(
    _ emulator: Emulator, _ fields: [(name: String, value: String)] = [],
    host: String = "localhost", path: String = "/_emulator/health"
  ) throws -> (Int, String?) {
    let answer = try ControlClient(port: emulator.port)
      .call("GET", path, fields: fields, host: host)
    return (answer.status, answer.status == 200 ? nil : try answer.json()["error"]["code"].text)
  }

  @Test(
    "who reaches the emulator by a foreign name may read and trust, but not steer",
    arguments: [
      ("localhost", true), ("acs:4010", true), ("10.0.0.1", true), ("emulator.test:9", true),
      ("a.wild.test", true), ("example.org", false), ("127.0.0.1.example.org", false),
    ])
  func hosts(_ host: String, _ isOwn: Bool) async throws {
    var configuration = Configuration()
    configuration.controlHosts = ["http://Emulator.Test:4010,*.wild.test"]
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    for path in ["/_emulator/resources", "/_emulator/requests", "/_emulator/"] {
      let (status, code) = try Self.status(emulator, host: host, path: path)
      #expect((status == 403) == !isOwn && (code == "ForeignHost") == !isOwn, "\(path)")
    }
    for path in [
      "/_emulator/health", "/metrics", "/_emulator/openapi.json",
      "/_emulator/openapi-control.json", "/_emulator/scenario.schema.json", "/_emulator/ca.pem",
      "/_emulator/ca-bundle.pem",
    ] {
      #expect(try Self.status(emulator, host: host, path: path) == (200, nil), "\(path)")
    }
  }

  @Test("HTTP/1.0 without a host reads health and the CA, and steers nothing")
  func noHost() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    for (path, status) in [
      ("/_emulator/health", 200), ("/metrics", 200), ("/_emulator/ca.pem", 200),
      ("/_emulator/resources", 403),
    ] {
      let client = try RawClient(port: emulator.port)
      try client.send(Array("GET \(path) HTTP/1.0\r\n\r\n".utf8))
      #expect(try client.readResponse().status == status, "\(path)")
    }
  }

  @Test("the CA and the bundle with the system's CAs are served as files, key or not")
  func certificates() async throws {
    var configuration = Configuration()
    configuration.controlKey = "open sesame"
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let client = try ControlClient(port: emulator.port)
    for (path, expected) in [
      ("/_emulator/ca.pem", emulator.caCertificate),
      ("/_emulator/ca-bundle.pem", emulator.caBundle),
    ] {
      let answer = try client.call("GET", path, host: "anything.example")
      #expect(answer.status == 200)
      #expect(answer["Content-Type"] == "application/pem-certificate-chain")
      #expect(String(decoding: answer.body, as: UTF8.self) == expected)
      #expect(try client.call("HEAD", path).status == 200)
      #expect(
        try client.call("POST", path, fields: [("x-emulator-key", "open sesame")]).status == 405)
    }
    #expect(emulator.caBundle.hasSuffix(emulator.caCertificate))
    let store = try client.call("GET", "/_emulator/truststore.jks", host: "anything.example")
    #expect(store.status == 200 && store["Content-Type"] == "application/x-java-keystore")
    #expect(store.body == emulator.trustFiles(with: TrustedCertificates()).trustStore)
    #expect(store.body.starts(with: [0xFE, 0xED, 0xFE, 0xED]))
  }

  @Test(
    "a page of another origin is refused, whatever it asks for",
    arguments: [
      ("Origin", "http://localhost:4010", 200), ("Origin", "https://localhost:4010", 200),
      ("Origin", "http://localhost", 403), ("Origin", "http://localhost:4011", 403),
      ("Origin", "https://example.org", 403), ("Origin", "null", 403), ("Origin", "", 403),
      ("Sec-Fetch-Site", "same-origin", 200), ("Sec-Fetch-Site", "none", 200),
      ("Sec-Fetch-Site", "same-site", 403), ("Sec-Fetch-Site", "cross-site", 403),
    ])
  func origins(_ name: String, _ value: String, _ expected: Int) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let (status, code) = try Self.status(emulator, [(name, value)], host: "localhost:4010")
    #expect(status == expected && code == (expected == 200 ? nil : "ForeignOrigin"))
    // It must not happen and only then be refused.
    let reset = try ControlClient(port: emulator.port).call(
      "PUT", "/_emulator/clock", #"{"offset":"1h"}"#, fields: [(name, value)],
      host: "localhost:4010")
    #expect(reset.status == expected)
    #expect(emulator.defaultResource.clockOffset == (expected == 200 ? .seconds(3600) : .zero))
  }

  @Test("a key is asked for by every call, and by nothing else")
  func key() async throws {
    var configuration = Configuration()
    configuration.controlKey = "open sesame"
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    for path in ["/_emulator/health", "/metrics", "/_emulator/openapi.json", "/_emulator/none"] {
      for wrong in [[], [("x-emulator-key", "open")], [("x-emulator-key", "")]]
        as [[(name: String, value: String)]]
      {
        #expect(try Self.status(emulator, wrong, path: path) == (401, "KeyRequired"), "\(path)")
      }
    }
    #expect(try Self.status(emulator, [("X-Emulator-Key", "open sesame")]) == (200, nil))
    let events = try RawClient(port: emulator.port)
    try events.send(ControlClient.bytes("GET", "/_emulator/events"))
    #expect(try events.readResponse().status == 401)
    let client = try RawClient(port: emulator.port)
    try client.send(
      RedirectRequest(authorization: "Bearer " + (try emulator.token()))
        .bytes)
    #expect(try client.readResponse().status == 204)
  }

  @Test("where the API is off its paths are the service's: 404, and recorded as requests")
  func off() async throws {
    var configuration = Configuration()
    configuration.controlAPI = false
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    for path in ["/_emulator/health", "/metrics", "/_emulator/events"] {
      #expect(try Self.status(emulator, path: path) == (404, "ResourceNotFound"), "\(path)")
    }
    #expect(emulator.controlEndpoint == nil)
    #expect(emulator.requests.map { $0.failed?.stage } == ["route", "route", "route"])
  }
}
