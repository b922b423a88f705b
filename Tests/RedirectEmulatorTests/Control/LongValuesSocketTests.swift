import RedirectEmulator
import TestSupport
import Testing

@Suite("Long values in what a client sends make no long messages")
struct LongValuesSocketTests {
  static let long = String(repeating: "x", count: 6_000)

  /// Each puts ``long`` where a message shows it: method, path, body, fields, host, status.
  static let calls: [(String, String, String?, [(name: String, value: String)], String, Int)] = [
    ("GET", "/_emulator/\(long)", nil, [], "localhost", 404),
    ("POST", "/_emulator/\(long)", nil, [], "localhost", 404),
    ("GET", "/_emulator/resources/\(long)", nil, [], "localhost", 404),
    ("PATCH", "/_emulator/resources/\(long)", nil, [], "localhost", 405),
    ("GET", "/_emulator/health?\(long)=1", nil, [], "localhost", 400),
    ("GET", "/_emulator/openapi.json?api-version=\(long)", nil, [], "localhost", 400),
    ("GET", "/_emulator/requests?limit=\(long)", nil, [], "localhost", 400),
    ("GET", "/_emulator/requests?after=\(long)", nil, [], "localhost", 400),
    ("GET", "/_emulator/requests?status=\(long)", nil, [], "localhost", 400),
    ("GET", "/_emulator/requests?stage=\(long)", nil, [], "localhost", 400),
    ("GET", "/_emulator/requests?target=/(\(long)/", nil, [], "localhost", 400),
    ("POST", "/_emulator/reset?scenario=\(long)", nil, [], "localhost", 400),
    ("GET", "/_emulator/resources", nil, [], "\(long).example", 403),
    ("GET", "/_emulator/resources", nil, [("Origin", "http://\(long)")], "localhost", 403),
    ("GET", "/_emulator/resources", nil, [("Sec-Fetch-Site", long)], "localhost", 403),
    ("POST", "/_emulator/resources", #"{"name":"\#(long)"}"#, [], "localhost", 400),
    ("POST", "/_emulator/resources", #"{"\#(long)":1}"#, [], "localhost", 400),
    ("POST", "/_emulator/resources", #"{"auth":"\#(long)"}"#, [], "localhost", 400),
    ("POST", "/_emulator/resources", #"{"strict":1\#(zeros)}"#, [], "localhost", 400),
    ("POST", "/_emulator/resources", #"{"apiVersions":["\#(long)"]}"#, [], "localhost", 400),
    ("POST", "/_emulator/verify", #"{"expect":{"\#(long)":1}}"#, [], "localhost", 400),
    ("POST", "/_emulator/tokens", #"{"user":"\#(long) "}"#, [], "localhost", 400),
    ("PUT", "/_emulator/clock", #"{"now":"\#(long)"}"#, [], "localhost", 400),
    ("PUT", "/_emulator/clock", #"{"offset":"\#(long)"}"#, [], "localhost", 400),
    ("POST", "/_emulator/calls", #"{"ringsFor":"\#(long)"}"#, [], "localhost", 400),
    ("PUT", "/_emulator/scenario", #"{"\#(long)":[]}"#, [], "localhost", 400),
    ("PUT", "/_emulator/scenario", #"{"rules":[{"fault":"\#(long)"}]}"#, [], "localhost", 400),
    (
      "PUT", "/_emulator/scenario", #"{"connections":[{"fault":"\#(long)"}]}"#, [], "localhost",
      400
    ),
    (
      "PUT", "/_emulator/scenario", #"{"rules":[{"match":{"header":{"\#(long) ":"a"}}}]}"#, [],
      "localhost", 400
    ),
    ("PUT", "/_emulator/scenario", "rules: *\(long)", [], "localhost", 400),
  ]

  static let zeros = String(repeating: "0", count: 6_000)

  @Test("a refusal of the control API is some lines long", arguments: calls.indices)
  func control(_ index: Int) async throws {
    let (method, path, body, fields, host, status) = Self.calls[index]
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try ControlClient(port: emulator.port)
      .call(method, path, body, fields: fields, host: host)
    #expect(answer.status == status, "\(answer.text)")
    #expect(answer.body.count < 2_500, "\(method) \(path.prefix(60)): \(answer.text)")
  }

  @Test("a refusal of the operation is some lines long, too")
  func operation() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let token = "Bearer " + (try emulator.token())
    let changes: [(inout RedirectRequest) -> Void] = [
      { $0.target = "/\(Self.long)" }, { $0.target += Self.long },
      { $0.authorization = "Bearer \(Self.long)" }, { $0.authorization = Self.long },
      { $0.authorization = "HMAC-SHA256 \(Self.long)" },
      { $0.authorization = "HMAC-SHA256 SignedHeaders=\(Self.long)&Signature=a" },
      { $0.contentType = Self.long }, { $0.body = #"{"\#(Self.long)":"# },
      { $0.body = #"{"incomingCallContext":"a","target":{"kind":"\#(Self.long)"}}"# },
      { $0.fields = [("Repeatability-Request-ID", Self.long)] },
      {
        $0.fields = [
          ("Repeatability-Request-ID", "57a2a4f6-0000-4000-8000-000000000001"),
          ("Repeatability-First-Sent", Self.long),
        ]
      },
    ]
    for (index, change) in changes.enumerated() {
      var request = RedirectRequest(authorization: token)
      change(&request)
      let client = try RawClient(port: emulator.port)
      try client.send(request.bytes)
      let answer = try client.readResponse()
      #expect((400..<500).contains(answer.status), "\(index): \(answer.status)")
      #expect(answer.body.count < 2_500, "\(index): \(answer.text)")
    }
  }
}
