import FoundationEssentials
import RedirectEmulator
import TestSupport
import Testing

@Suite("The control API over a socket: requests and responses are as its document says")
struct ControlSchemaSocketTests {
  /// A call to an emulator whose journal holds something, with its name in the document.
  struct Example: Sendable {
    var name: String
    var method: String
    var path: String
    var body: String?
    var status: Int

    init(
      _ name: String, _ method: String, _ path: String, _ body: String? = nil, _ status: Int = 200
    ) {
      (self.name, self.method, self.path) = (name, method, path)
      (self.body, self.status) = (body, status)
    }
  }

  /// One for each call, in an order in which each finds what it needs; paths below `/_emulator`.
  static let examples = [
    Example("getHealth", "GET", "/health"),
    Example("getPage", "GET", "/"),
    Example("findPage", "GET", "", nil, 308),
    Example("getOperationDocument", "GET", "/openapi.json?api-version=2023-03-06"),
    Example("getControlDocument", "GET", "/openapi-control.json"),
    Example("getScenarioSchema", "GET", "/scenario.schema.json"),
    Example("getMetrics", "GET", "/../metrics"),
    Example("getCertificateAuthority", "GET", "/ca.pem"),
    Example("getCertificateBundle", "GET", "/ca-bundle.pem"),
    Example("getTrustStore", "GET", "/truststore.jks"),
    Example(
      "makeResource", "POST", "/resources",
      #"{"name":"a","auth":"any","apiVersions":["2026-03-12"],"calls":"any","strict":true,"expiresAfter":"1h","scenario":{}}"#,
      201),
    Example("listResources", "GET", "/resources"),
    Example("listResources", "GET", "/resources?summary=true"),
    Example("getResource", "GET", "/resources/a"),
    Example(
      "replaceScenario", "PUT", "/scenario",
      #"{"rules":[{"name":"x","respond":{"status":503}}],"connections":[{"name":"c","connections":9,"fault":"silent"}]}"#
    ),
    Example("getScenario", "GET", "/scenario"),
    Example("listRequests", "GET", "/requests?limit=10&after=0&status=none"),
    Example("listRequests", "GET", "/requests"),
    Example("getRequest", "GET", "/requests/1"),
    Example("getRequest", "GET", "/requests/2"),
    Example("getRequest", "GET", "/requests/3"),
    Example("checkScenario", "POST", "/scenario/check", #"{"rules":[{}]}"#),
    Example(
      "checkScenario", "POST", "/scenario/check",
      #"{"rules":[{"name":"a","fault":"empty"},{"name":"a","fault":"empty"}]}"#),
    Example("switchRule", "PATCH", "/scenario/rules/0", #"{"enabled":false}"#),
    Example(
      "plan", "POST", "/plan",
      #"{"requests":2,"tries":2,"target":{"kind":"phoneNumber","id":"+1"},"from":"start"}"#),
    Example("plan", "POST", "/plan"),
    Example("listConnections", "GET", "/connections?failed=true&after=0&limit=10"),
    Example("listRequests", "GET", "/requests?order=newest&before=9&fields=summary"),
    Example("listOperations", "GET", "/operations"),
    Example("listOperations", "GET", "/operations?order=newest&limit=2&fields=summary"),
    Example(
      "verify", "POST", "/verify",
      #"{"where":{"after":0,"status":"4xx","stage":"body","rule":"x","requestId":"y","clientRequestId":"c","target":"*","context":"z"},"expect":{"operations":0,"redirects":0}}"#
    ),
    Example(
      "verify", "POST", "/verify",
      #"{"where":{"call":"r1","from":"+1","to":"anonymous"},"expect":{"caller":["redirected"],"appKnows":true,"within":"5s","deliveries":0}}"#,
      417),
    Example("listCalls", "GET", "/calls?within=1ms"),
    Example(
      "verify", "POST", "/verify?within=1ms",
      #"{"expect":{"operations":"1..","attempts":1,"executed":"..1","statuses":[204,null],"finalStatus":204,"ends":["answered",null],"rules":["x"],"honoursRetryAfter":true,"stableRepeatability":false,"spacing":{"atLeast":"1s","atMost":"2s"},"backsOff":true}}"#,
      417),
    Example("makeToken", "POST", "/tokens", #"{"scopes":["voip"],"user":"u","expiresIn":"1h"}"#),
    Example("makeToken", "POST", "/tokens", #"{"kind":"entra"}"#),
    Example(
      "getIdentityToken", "GET",
      "/identity?api-version=2019-08-01&resource=https://communication.azure.com/"),
    Example(
      "registerCall", "POST", "/calls", #"{"incomingCallContext":"ctx","ringsFor":"30s"}"#, 201),
    Example(
      "registerCall", "POST", "/calls",
      #"{"from":"+14255550123","to":"anonymous","callerDisplayName":"A","ringsFor":"1h","context":"short"}"#,
      201),
    Example(
      "registerCall", "POST", "/calls",
      #"{"onBehalfOf":"+14255550123","customContext":{"sipHeaders":{"a":"b"},"voipHeaders":{},"teamsPhoneCallDetails":{}},"deliver":{"url":"http://127.0.0.1:9/","schema":"cloudEvents","validate":false,"timeout":"1s","redeliverAfter":"1s","maxDeliveries":1,"headers":{"X-A":"b"},"event":{}}}"#,
      201),
    Example("deliverCall", "POST", "/calls/c3/deliver"),
    Example("listCalls", "GET", "/calls"),
    Example("listCalls", "GET", "/calls?limit=1&before=c2&verdict=ringing"),
    Example("getCall", "GET", "/calls/c2"),
    Example("removeCall", "DELETE", "/calls/c2", nil, 204),
    Example("setClock", "PUT", "/clock", #"{"offset":"6m"}"#),
    Example("setClock", "PUT", "/clock", #"{"now":"2026-11-23T10:00:00Z"}"#),
    Example("getClock", "GET", "/clock"),
    Example("getReport", "GET", "/report.html"),
    Example("removeScenario", "DELETE", "/scenario", nil, 204),
    Example("clearRequests", "DELETE", "/requests", nil, 204),
    Example("reset", "POST", "/reset?scenario=clear", nil, 204),
    Example("removeResource", "DELETE", "/resources/a"),
  ]

  static func document(_ control: ControlClient) throws -> SchemaCheck {
    let bytes = try control.call("GET", "/_emulator/openapi-control.json").body
    return SchemaCheck(
      document: try JSONDecoder().decode(JSONValue.self, from: Data(bytes)), namesAllMembers: true)
  }

  static func operation(_ name: String, of document: JSONValue) throws -> JSONValue {
    try #require(
      document["paths"]?.members.values.flatMap(\.members.values).first {
        $0["operationId"]?.text == name
      }, "\(name)")
  }

  /// Requests of several kinds, so that their members are seen with values and with null.
  static func fillJournal(_ emulator: Emulator) throws {
    let token = try emulator.token()
    let good = RedirectRequest(authorization: "Bearer " + token).bytes
    for bytes in [
      good, Array("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8),
      Array("nonsense\r\n\r\n".utf8),
    ] {
      let client = try RawClient(port: emulator.port)
      try client.send(bytes)
      _ = try client.readResponse()
    }
    let noTLS = try RawClient(port: emulator.port)
    try noTLS.send("\u{16}GET / HTTP/1.1\r\n\r\n")
    _ = try noTLS.readToEnd()
  }

  @Test(
    "every call's response has the status and the schema of its document, and no member besides")
  func responses() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try Self.fillJournal(emulator)
    let control = try ControlClient(port: emulator.port)
    let identity = [("X-IDENTITY-HEADER", try #require(emulator.managedIdentity).header)]
    var check = try Self.document(control)
    // The stream has no end to read to; EventStreamSocketTests read it.
    #expect(
      Set(Self.examples.map(\.name))
        == Set(ControlRoute.all.map(\.name)).subtracting(["streamEvents"])
    )
    for example in Self.examples {
      let path =
        example.path.hasPrefix("/..")
        ? String(example.path.dropFirst(3)) : "/_emulator" + example.path
      let operation = try Self.operation(example.name, of: check.document)
      check.namesAllMembers = false
      if let body = example.body, let schema = Self.schema(operation["requestBody"]) {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(body.utf8))
        #expect(check.complaints(value, schema) == [], "\(example.method) \(path) \(body)")
      }
      check.namesAllMembers = true
      let answer = try control.call(example.method, path, example.body, fields: identity)
      #expect(answer.status == example.status, "\(example.method) \(path): \(answer.text)")
      let response = try #require(operation["responses"]?[String(answer.status)])
      guard let schema = Self.schema(response) else {
        #expect(answer["Content-Type"]?.hasPrefix("application/json") != true, "\(path)")
        continue
      }
      #expect(answer["Content-Type"] == "application/json", "\(path)")
      let value = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body))
      #expect(check.complaints(value, schema) == [], "\(example.method) \(path)")
    }
  }

  @Test("a refusal has the schema of refusals")
  func refusals() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let check = try Self.document(control)
    let schema = try #require(Self.schema(check.resolve("#/components/responses/Error")))
    for call in RefusedCall.all {
      let answer = try control.call(call.method, call.path, call.body)
      let value = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body))
      #expect(check.complaints(value, schema) == [], "\(call): \(answer.text)")
    }
  }

  @Test(
    "a body's schema has the members that the call has, and an empty body is refused where it says so"
  )
  func bodies() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let check = try Self.document(control)
    func members(_ schema: JSONValue?) -> [String] {
      (schema?["properties"]?.members ?? [:]).keys.sorted()
    }
    func allowed(_ method: String, _ path: String, _ body: String) throws -> [String] {
      let answer = try control.call(method, path, body)
      let message = try #require(answer.json()["error"]["message"].text)
      let list = try #require(message.firstMatch(of: /Allowed (?:are|is) (.*)\./)).1
      return list.replacing(", ", with: " ").split(separator: " ").map(String.init).sorted()
    }
    for route in ControlRoute.all {
      guard let body = route.body else { continue }
      let path = try #require(route.paths.first?.template).replacing("{index}", with: "0")
      let empty = try control.call(route.methodName, path)
      #expect((empty.status < 300) == !body.isRequired, "\(route.call): \(empty.text)")
      guard body.content.schema != "ScenarioFile" else { continue }
      let schema = check.resolve("#/components/schemas/" + (body.content.schema ?? ""))
      #expect(try allowed(route.methodName, path, #"{"nothing":1}"#) == members(schema))
      for inner in ["where", "expect"] {
        guard let schema = schema?["properties"]?[inner] else { continue }
        let names = try allowed(route.methodName, path, #"{"\#(inner)":{"nothing":1}}"#)
        #expect(names == members(schema))
      }
    }
  }

  @Test("the schema of scenario files is served as it is in fixtures")
  func scenarioSchema() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let file = try Data(contentsOf: URL(filePath: "/\(root)/fixtures/scenario.schema.json"))
    let answer = try ControlClient(port: emulator.port).call(
      "GET", "/_emulator/scenario.schema.json")
    #expect(answer.status == 200 && answer.body == Array(file))
  }

  private static func schema(_ part: JSONValue?) -> JSONValue? {
    part?["content"]?["application/json"]?["schema"]
  }
}
