import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("The control API over a socket: what each call does")
struct ControlSocketTests {
  private static func started(_ change: (inout Configuration) -> Void = { _ in }) async throws -> (
    Emulator, ControlClient
  ) {
    var configuration = Configuration()
    change(&configuration)
    let emulator = try await Emulator.start(configuration)
    return (emulator, try ControlClient(port: emulator.port))
  }

  private static func request(_ emulator: Emulator) throws -> RedirectRequest {
    RedirectRequest(authorization: "Bearer " + (try emulator.token()))
  }

  @discardableResult
  private static func send(_ request: RedirectRequest, _ port: UInt16) throws -> RawResponse {
    let client = try RawClient(port: port)
    try client.send(request.bytes)
    return try client.readResponse()
  }

  @Test("health says ready, with the version and the seconds since the start")
  func health() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    let json = try control.call("GET", "/_emulator/health").json()
    #expect(json["status"].text == "ready")
    #expect(json["version"].text == Emulator.version)
    #expect((json["uptimeSeconds"].number ?? -1) >= 0)
    let head = try control.call("HEAD", "/_emulator/health")
    #expect(head.status == 200 && head.body.isEmpty && head["Content-Length"] != "0")
  }

  @Test("a resource is made with what is asked for, listed, shown and removed with its journal")
  func resources() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    let made = try control.call(
      "POST", "/_emulator/resources",
      #"{"name":"mine","auth":"any","apiVersions":["2025-05-15"],"calls":"registered","strict":true,"#
        + #""scenario":{"rules":[{"name":"busy","match":{"header":{"x-busy":"*"}},"respond":{"status":503}}]}}"#
    )
    #expect(made.status == 201)
    let json = try made.json()
    #expect(
      json.names.isSuperset(of: [
        "name", "accessKey", "connectionString", "httpsConnectionString", "httpConnectionString",
        "token",
      ]))
    #expect(json["name"].text == "mine" && json["auth"].text == "any")
    #expect(json["calls"].text == "registered" && json["strict"].flag == true)
    #expect(json["apiVersions"].items.map(\.text) == ["2025-05-15"])
    let key = try #require(json["accessKey"].text)
    // `ControlClient` says no port.
    let address = "localhost:\(emulator.port)"
    for name in ["connectionString", "httpsConnectionString"] {
      #expect(json[name].text == "endpoint=https://\(address)/;accesskey=\(key)")
    }
    #expect(json["httpConnectionString"].text == "endpoint=http://\(address)/;accesskey=\(key)")

    let list = try control.call("GET", "/_emulator/resources").json()["resources"]
    #expect(list.items.map { $0["name"].text } == ["default", "mine"])
    #expect(
      try control.call("GET", "/_emulator/resources/mine").json()["accessKey"].text == key)
    let rules = try control.call("GET", "/_emulator/resources/mine/scenario").json()["rules"]
    #expect(rules.items.map { $0["name"].text } == ["busy"])

    var request = RedirectRequest(authorization: nil)
    request.host = "mine.localhost"
    request.authorization = "Custom anything"
    request.target = "/calling/callConnections:redirect?api-version=2025-05-15"
    #expect(try Self.send(request, emulator.port).status == 404)
    request.target = "/calling/callConnections:redirect?api-version=2026-03-12"
    #expect(try Self.send(request, emulator.port).status == 400)

    let removed = try control.call("DELETE", "/_emulator/resources/mine")
    #expect(removed.status == 200)
    #expect(try removed.json()["requests"].items.map { $0["status"].number } == [404, 400])
    #expect(try control.call("GET", "/_emulator/resources/mine").status == 404)
    #expect(try control.call("DELETE", "/_emulator/resources/mine").status == 404)
  }

  @Test(
    "connection strings say the host and the port by which the client came, or the public URL",
    arguments: [
      (nil, "acs:14010", "acs:14010"), (nil, "[::1]:9", "[::1]:9"), (nil, "ACS", "acs:PORT"),
      ("https://acs.example", "localhost:9", "acs.example"),
    ] as [(String?, String, String)])
  func addresses(_ publicURL: String?, _ host: String, _ expected: String) async throws {
    let (emulator, control) = try await Self.started { $0.publicURL = publicURL }
    defer { emulator.stop() }
    let address = expected.replacingOccurrences(of: "PORT", with: "\(emulator.port)")
    let shown = [
      try control.call("GET", "/_emulator/resources/default", host: host).json(),
      try control.call("GET", "/_emulator/resources", host: host).json()["resources"][0],
      try control.call("POST", "/_emulator/resources", host: host).json(),
    ]
    for json in shown {
      let key = try #require(json["accessKey"].text)
      #expect(json["connectionString"].text == "endpoint=https://\(address)/;accesskey=\(key)")
      #expect(json["httpConnectionString"].text == "endpoint=http://\(address)/;accesskey=\(key)")
    }
    for path in ["/_emulator/openapi.json", "/_emulator/openapi-control.json"] {
      let document = try control.call("GET", path, host: host).json()
      #expect(document["servers"][0]["url"].text == "http://\(address)", "\(path)")
    }
    let own = "127.0.0.1:\(emulator.port)"
    #expect(
      emulator.connectionString.contains("=https://\(publicURL == nil ? own : address)/;"))
    #expect(
      emulator.httpConnectionString.contains("=http://\(publicURL == nil ? own : address)/;"))
    #expect(emulator.endpoint == "http://\(own)" && emulator.httpsEndpoint == "https://\(own)")
  }

  @Test("no more resources are made than there may be, and a removed one makes room")
  func resourceLimit() async throws {
    let (emulator, control) = try await Self.started { $0.resourceLimit = 3 }
    defer { emulator.stop() }
    for name in ["a", "b"] {
      #expect(
        try control.call("POST", "/_emulator/resources", #"{"name":"\#(name)"}"#).status == 201)
    }
    let refused = try control.call("POST", "/_emulator/resources")
    #expect(refused.status == 409 && refused.member("code") == "TooManyResources")
    #expect(try control.call("DELETE", "/_emulator/resources/a").status == 200)
    #expect(try control.call("POST", "/_emulator/resources").status == 201)
  }

  @Test("the journal is filtered, shown one by one with the raw request, and emptied")
  func journal() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    var request = try Self.request(emulator)
    try Self.send(request, emulator.port)
    request.target = "/elsewhere"
    try Self.send(request, emulator.port)
    request = try Self.request(emulator)
    request.body = "{}"
    try Self.send(request, emulator.port)

    func sequence(_ query: String) throws -> [Int?] {
      let json = try control.call("GET", "/_emulator/requests" + query).json()
      #expect(json["dropped"].number == 0)
      return json["requests"].items.map { $0["seq"].number }
    }
    #expect(try sequence("") == [1, 2, 3])
    #expect(try sequence("?status=4xx") == [2, 3])
    #expect(try sequence("?status=204") == [1])
    #expect(try sequence("?status=400..403") == [3])
    #expect(try sequence("?stage=route") == [2])
    #expect(try sequence("?target=%2B1425*") == [1])
    #expect(try sequence("?target=phoneNumber") == [1])
    #expect(try sequence("?after=2") == [3])
    #expect(try sequence("?rule=none") == [])
    let page = try control.call("GET", "/_emulator/requests?limit=2").json()
    #expect(page["next"].number == 2 && page["requests"].items.count == 2)
    #expect(try control.call("GET", "/_emulator/requests?limit=2&after=2").json()["next"].isNull)

    let one = try control.call("GET", "/_emulator/requests/1").json()
    #expect(one["raw"].text?.hasPrefix("POST /calling/callConnections:redirect?") == true)
    #expect(one["raw"].text?.contains("***") == true)
    #expect(one["status"].number == 204 && one["executed"].flag == true)
    #expect(one["end"].text == "answered")

    let deleted = try control.call("DELETE", "/_emulator/requests")
    #expect(deleted.status == 204 && deleted["Content-Length"] == nil)
    #expect(try sequence("") == [])
    try Self.send(try Self.request(emulator), emulator.port)
    // Numbers never start over.
    #expect(try sequence("") == [4])
  }

  @Test("operations group what has one request id, and verify judges them: 200 or 417")
  func operations() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    try emulator.load(scenario: "rules: [{ name: once, attempts: 1, respond: { status: 503 } }]")
    var request = try Self.request(emulator)
    let id = UUID().uuidString
    request.repeatable(id: id, firstSent: Dates.imf())
    #expect(try Self.send(request, emulator.port).status == 503)
    #expect(try Self.send(request, emulator.port).status == 204)
    let operations = try control.call("GET", "/_emulator/operations").json()["operations"]
    #expect(operations.items.count == 1)
    #expect(operations[0]["requestId"].text?.lowercased() == id.lowercased())
    #expect(operations[0]["executed"].number == 1)
    #expect(operations[0]["attempts"].items.map { $0["status"].number } == [503, 204])
    #expect(operations[0]["attempts"][0]["rule"].text == "once")

    let good = try control.call(
      "POST", "/_emulator/verify",
      #"{"where":{"requestId":"\#(id)"},"expect":{"operations":1,"attempts":"2..3","statuses":[503,204]}}"#
    )
    #expect(good.status == 200)
    #expect(try good.json()["passed"].flag == true)
    #expect(try good.json()["checks"].items.count == 3)
    let bad = try control.call("POST", "/_emulator/verify", #"{"expect":{"attempts":1}}"#)
    #expect(bad.status == 417)
    let check = try bad.json()["checks"][0]
    #expect(check["passed"].flag == false && check["name"].text == "attempts")
    #expect(check.names.isSuperset(of: ["expected", "seen", "message"]))
  }

  @Test("a journal that lost what the question needs gives no verdict")
  func incomplete() async throws {
    let (emulator, control) = try await Self.started { $0.journalLimit = 3 }
    defer { emulator.stop() }
    for _ in 0..<5 { try Self.send(try Self.request(emulator), emulator.port) }
    let answer = try control.call("POST", "/_emulator/verify", #"{"expect":{"operations":3}}"#)
    #expect(answer.status == 417)
    let json = try answer.json()
    #expect(json["passed"].flag == false && json["incomplete"].flag == true)
    let page = try control.call("GET", "/_emulator/requests").json()
    #expect(page["dropped"].number == 2 && page["missed"].number == 2)
    #expect(page["requests"].items.map { $0["seq"].number } == [3, 4, 5])
  }

  @Test("a token is made for the user, the scopes and the time that are asked for")
  func tokens() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    func status(_ body: String?) throws -> (Int, JSON) {
      let json = try control.call("POST", "/_emulator/tokens", body).json()
      let token = try #require(json["token"].text)
      let request = RedirectRequest(authorization: "Bearer " + token)
      return (try Self.send(request, emulator.port).status, json)
    }
    let (plain, json) = try status(nil)
    #expect(plain == 204 && json.names == ["token", "expiresOn", "user"])
    #expect(json["user"].text?.hasPrefix("8:acs:") == true)
    #expect(try status(#"{"scopes":["chat"]}"#).0 == 403)
    #expect(try status(#"{"scopes":["chat","voip"],"expiresIn":"5m"}"#).0 == 204)
    #expect(try status(#"{"expiresIn":"-1s"}"#).0 == 401)
    _ = try status(#"{"user":"someone"}"#)
    #expect(emulator.requests.last?.user?.hasSuffix("someone") == true)
  }

  @Test("registered calls ring, are redirected, and stop ringing; each is an event")
  func calls() async throws {
    let (emulator, control) = try await Self.started { $0.calls = .registered }
    defer { emulator.stop() }
    func redirect(_ context: String) throws -> (Int, String?) {
      var request = try Self.request(emulator)
      request.body =
        #"{"incomingCallContext":"\#(context)","target":{"rawId":"4:+14255550123"}}"#
      let answer = try Self.send(request, emulator.port)
      return (answer.status, answer.member("code"))
    }
    #expect(try redirect("unknown") == (404, "8522"))
    let made = try control.call("POST", "/_emulator/calls")
    #expect(made.status == 201)
    let context = try #require(try made.json()["incomingCallContext"].text)
    #expect(try redirect(context) == (204, nil))
    #expect(try redirect(context) == (400, "8528"))
    let mine = try control.call(
      "POST", "/_emulator/calls", #"{"incomingCallContext":"mine","ringsFor":"5s"}"#)
    #expect(mine.status == 201)
    let states = try control.call("GET", "/_emulator/calls").json()["calls"]
    #expect(states.items.map { $0["id"].text } == ["c2", "c1", "r1"])
    #expect(states.items.map { $0["state"].text } == ["ringing", "redirected", "ended"])
    #expect(states.items.map { $0["verdict"].text } == ["ringing", "redirected", "refused"])
    #expect(try control.call("PUT", "/_emulator/clock", #"{"offset":"6s"}"#).status == 200)
    #expect(try redirect("mine") == (404, "8522"))
    let late = try control.call("GET", "/_emulator/calls/c2").json()
    #expect(late["state"].text == "ended" && late["verdict"].text == "lost")
    #expect(late["attempts"].items.map { $0["code"].text } == ["8522"])
    // Registered again, it rings again.
    #expect(
      try control.call("POST", "/_emulator/calls", #"{"incomingCallContext":"mine"}"#).status == 201
    )
    #expect(try redirect("mine") == (204, nil))
    #expect(emulator.requests.map { $0.failed?.stage } == ["call", nil, "call", "call", nil])
    #expect(emulator.totals.executed == 2)
  }

  @Test("a call that is being redirected by a slow response is 409 to another, and redirected once")
  func redirecting() async throws {
    let (emulator, control) = try await Self.started { $0.calls = .registered }
    defer { emulator.stop() }
    try emulator.load(scenario: "rules: [{ name: slow, calls: 1, delay: 300ms }]")
    #expect(
      try control.call("POST", "/_emulator/calls", #"{"incomingCallContext":"x"}"#).status == 201)
    var request = try Self.request(emulator)
    request.body = #"{"incomingCallContext":"x","target":{"rawId":"4:+14255550123"}}"#
    let first = try RawClient(port: emulator.port)
    try first.send(request.bytes)
    #expect(becomesTrue { emulator.requests.count == 1 })
    let shown = try control.call("GET", "/_emulator/calls").json()["calls"][0]
    #expect(shown["verdict"].text == "ringing" && shown["appKnows"].flag == false)
    let second = try Self.send(request, emulator.port)
    #expect(second.status == 409 && second.member("code") == "8519")
    #expect(try first.readResponse().status == 204)
    #expect(try Self.send(request, emulator.port).member("code") == "8528")
    #expect(emulator.requests.map(\.executed) == [true, false, false])
  }

  @Test("the clock is set, moved, read, and decides about tokens, signatures and repeats")
  func clock() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    let set = try control.call("PUT", "/_emulator/clock", #"{"now":"2026-11-23T10:00:00Z"}"#)
    #expect(set.status == 200)
    #expect(try set.json()["now"].text?.hasPrefix("2026-11-23T10:00:0") == true)
    #expect(try control.call("GET", "/_emulator/clock").json().names == ["now", "offset"])
    let moved = try control.call("PUT", "/_emulator/clock", #"{"offset":"-6m"}"#)
    #expect(try moved.json()["offset"].text == "-360s")
    #expect(try control.call("PUT", "/_emulator/clock", #"{"offset":"0s"}"#).status == 200)

    let token = try control.call("POST", "/_emulator/tokens", #"{"expiresIn":"10m"}"#).json()
    var request = RedirectRequest(authorization: "Bearer " + (try #require(token["token"].text)))
    request.repeatable(id: UUID().uuidString, firstSent: Dates.imf())
    var signed = RedirectRequest(authorization: nil)
    try signed.sign(accessKey: emulator.accessKey, date: Dates.imf())
    func statuses(_ offset: String) throws -> [Int] {
      #expect(
        try control.call("PUT", "/_emulator/clock", #"{"offset":"\#(offset)"}"#).status == 200)
      return [
        try Self.send(request, emulator.port).status, try Self.send(signed, emulator.port).status,
      ]
    }
    #expect(try statuses("0s") == [204, 204])
    #expect(try statuses("4m") == [204, 204])
    #expect(try statuses("6m") == [412, 401])
    #expect(try statuses("11m") == [401, 401])
    #expect(try statuses("-6m") == [412, 401])
    #expect(try statuses("0s") == [204, 204])
  }

  @Test("a scenario is put as JSON or YAML, counts, is refused whole, and is removed")
  func scenario() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    let empty = try control.call("GET", "/_emulator/scenario").json()
    #expect(empty["rules"].items.isEmpty && empty["connections"].items.isEmpty)
    let put = try control.call(
      "PUT", "/_emulator/scenario",
      #"{"seed":7,"rules":[{"name":"busy","attempts":1,"respond":{"status":503}}]}"#,
      fields: [("Content-Type", "application/json")])
    #expect(put.status == 200)
    #expect(try put.json()["seed"].number == 7)
    #expect(try Self.send(try Self.request(emulator), emulator.port).status == 503)
    func counts() throws -> [Int?] {
      let rule = try control.call("GET", "/_emulator/scenario").json()["rules"][0]
      return [rule["matched"].number, rule["fired"].number]
    }
    #expect(try counts() == [1, 1])
    let shown = try control.call("GET", "/_emulator/scenario")
    let again = try control.call("PUT", "/_emulator/scenario", shown.text)
    #expect(again.status == 200 && again.text != shown.text)
    #expect(try counts() == [0, 0])
    #expect(try Self.send(try Self.request(emulator), emulator.port).status == 503)
    #expect(try counts() == [1, 1])
    let bad = try control.call(
      "PUT", "/_emulator/scenario",
      "rules:\n  - { name: x, atempts: 1 }\n  - { name: y, attempts: 0 }\n",
      fields: [("Content-Type", "application/yaml")])
    #expect(bad.status == 400)
    let details = try bad.json()["error"]["details"]
    #expect(Set(details.items.map { $0["line"].number }) == [2, 3])
    #expect(details.items.allSatisfy { $0.names == ["message", "line", "column", "target"] })
    #expect(try counts() == [1, 1])
    let yaml = try control.call(
      "PUT", "/_emulator/scenario", "rules:\n  - { name: gone, respond: { status: 410 } }\n",
      fields: [("Content-Type", "application/yaml")])
    #expect(yaml.status == 200)
    #expect(try counts() == [0, 0])
    #expect(try Self.send(try Self.request(emulator), emulator.port).status == 410)
    #expect(try control.call("DELETE", "/_emulator/scenario").status == 204)
    #expect(try Self.send(try Self.request(emulator), emulator.port).status == 204)
  }

  @Test(
    "a body is JSON or YAML as its content type says; without one, what is JSON is read as JSON")
  func formats() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    let json = [(name: "Content-Type", value: "application/json; charset=utf-8")]
    let yaml = [(name: "Content-Type", value: "application/yaml")]
    let context = "a \u{2028} b\u{85}\u{7F}\u{80}"
    for fields in [json, []] {
      let made = try control.call(
        "POST", "/_emulator/calls", #"{"incomingCallContext":"\#(context)"}"#, fields: fields)
      #expect(made.status == 201)
      #expect(try made.json()["incomingCallContext"].text == context)
    }
    for (path, code) in [("calls", "InvalidJSON"), ("scenario", "InvalidScenario")] {
      let text = path == "calls" ? "incomingCallContext: y" : "rules: []"
      let method = path == "calls" ? "POST" : "PUT"
      #expect(try control.call(method, "/_emulator/\(path)", text, fields: yaml).status < 300)
      #expect(try control.call(method, "/_emulator/\(path)", text).status < 300)
      let refused = try control.call(method, "/_emulator/\(path)", text, fields: json)
      #expect(refused.status == 400)
      #expect(try refused.json()["error"]["code"].text == code)
    }
  }

  @Test("a reset makes all as at start, and removes the scenario where it is asked to")
  func reset() async throws {
    let (emulator, control) = try await Self.started { $0.calls = .registered }
    defer { emulator.stop() }
    try emulator.load(scenario: "rules: [{ name: busy, attempts: 1, respond: { status: 503 } }]")
    emulator.defaultResource.registerCall("x")
    var request = try Self.request(emulator)
    request.body = #"{"incomingCallContext":"x","target":{"rawId":"4:+14255550123"}}"#
    request.repeatable(id: UUID().uuidString, firstSent: Dates.imf())
    #expect(try Self.send(request, emulator.port).status == 503)
    #expect(try Self.send(request, emulator.port).status == 204)
    emulator.defaultResource.clockOffset = .seconds(60)
    #expect(try control.call("POST", "/_emulator/reset").status == 204)
    #expect(emulator.requests.isEmpty)
    #expect(emulator.defaultResource.clockOffset == .zero)
    #expect(try control.call("GET", "/_emulator/calls").json()["calls"].items.isEmpty)
    let rule = try control.call("GET", "/_emulator/scenario").json()["rules"][0]
    #expect(rule["name"].text == "busy" && rule["fired"].number == 0)
    // The pair is forgotten, so that this is its first attempt; and the call does not ring any more.
    #expect(try Self.send(request, emulator.port).status == 503)
    #expect(try control.call("POST", "/_emulator/reset?scenario=clear").status == 204)
    #expect(try control.call("GET", "/_emulator/scenario").json()["rules"].items.isEmpty)
    #expect(try Self.send(request, emulator.port).status == 404)
  }

  @Test("openapi.json and metrics describe what is served and what has come")
  func documents() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    try Self.send(try Self.request(emulator), emulator.port)
    let newest = try control.call("GET", "/_emulator/openapi.json")
    #expect(newest.status == 200)
    #expect(try newest.json()["openapi"].text?.hasPrefix("3.1") == true)
    #expect(try newest.json()["info"]["version"].text == "2026-03-12")
    let oldest = try control.call("GET", "/_emulator/openapi.json?api-version=2023-03-06")
    #expect(try oldest.json()["info"]["version"].text == "2023-03-06")
    let metrics = try control.call("GET", "/metrics")
    #expect(metrics["Content-Type"]?.hasPrefix("text/plain") == true)
    for line in [
      "redirect_emulator_requests_total{status=\"204\"} 1",
      "redirect_emulator_redirects_executed_total 1", "redirect_emulator_journal_entries 1",
    ] {
      #expect(metrics.text.contains(line + "\n"), "\(line) in \(metrics.text)")
    }
  }

  @Test("HEAD of the events is as the head of GET, and ends")
  func headOfEvents() async throws {
    let (emulator, control) = try await Self.started()
    defer { emulator.stop() }
    let head = try control.call("HEAD", "/_emulator/events")
    #expect(head.status == 200)
    let reader = try RawClient(port: emulator.port)
    try reader.send(ControlClient.bytes("GET", "/_emulator/events"))
    let stream = try reader.readText { $0.contains("\r\n\r\n") }
    for field in ["Content-Type", "Cache-Control", "Connection"] {
      let value = try #require(head[field], "\(field)")
      #expect(stream.contains("\(field): \(value)\r\n"), "\(stream)")
    }
    #expect(head["Content-Length"] == nil)
  }
}
