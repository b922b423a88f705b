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
    "loopback names and addresses are let in, and so are hosts that were named; others are not",
    arguments: [
      ("localhost", true), ("LOCALHOST", true), ("localhost:4010", true), ("a.localhost", true),
      ("127.0.0.1", true), ("127.0.0.1:9", true), ("127.1.2.3", true), ("[::1]", true),
      ("[::1]:80", true), ("emulator.test", true), ("Emulator.Test:4010", true),
      ("example.org", false), ("localhost.example.org", false), ("127.0.0.1.example.org", false),
      ("127.0.0.256", false), ("127.0.0", false), ("10.0.0.1", false), ("[::2]", false),
      ("localhost.", true), ("a.localhost.:80", true), ("127.0.0.1.", true),
      ("localhost..", false), ("example.org.", false), ("localhost.example.org.", false),
      ("notlocalhost", false), ("emulator.test.example.org", false), ("0.0.0.0", false),
    ])
  func hosts(_ host: String, _ isOwn: Bool) async throws {
    var configuration = Configuration()
    configuration.controlHosts = ["emulator.test"]
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    for path in ["/_emulator/health", "/metrics"] {
      let (status, code) = try Self.status(emulator, host: host, path: path)
      #expect(status == (isOwn ? 200 : 403) && code == (isOwn ? nil : "ForeignHost"), "\(path)")
    }
    // A target in absolute form stands above Host (RFC 9112 §3.2.2).
    let absolute = try Self.status(
      emulator, host: "localhost", path: "http://\(host)/_emulator/health")
    #expect(absolute.0 == (isOwn ? 200 : 403))
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
    #expect(try events.readAnswer().status == 401)
    let client = try RawClient(port: emulator.port)
    try client.send(
      RedirectRequest(authorization: "Bearer " + (try emulator.token()))
        .bytes)
    #expect(try client.readAnswer().status == 204)
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
