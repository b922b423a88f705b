import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("The managed-identity endpoint, over a socket")
struct IdentitySocketTests {
  private static let audience = "https%3A%2F%2Fcommunication.azure.com%2F"

  private static func path(
    _ resource: String = audience, of base: String = "/_emulator", more: String = ""
  ) -> String {
    "\(base)/identity?api-version=2019-08-01&resource=\(resource)\(more)"
  }

  private static func fields(_ emulator: Emulator) throws -> [(name: String, value: String)] {
    [("X-IDENTITY-HEADER", try #require(emulator.managedIdentity).header)]
  }

  /// Redirects with a token, and says which resource the request belonged to.
  private static func redirect(_ emulator: Emulator, with token: String) throws -> Int {
    let client = try RawClient(port: emulator.port)
    try client.send(RedirectRequest(authorization: "Bearer " + token).bytes)
    return try client.readResponse().status
  }

  @Test(
    "the audience may be encoded or not, with a slash or a path behind it",
    arguments: [
      audience, "https://communication.azure.com/", "https://communication.azure.com",
      "https%3A%2F%2Fcommunication.azure.com", "https://communication.azure.com//.default",
    ])
  func audiences(_ resource: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let before = Int(Date().timeIntervalSince1970)
    let answer = try ControlClient(port: emulator.port).call(
      "GET", Self.path(resource), fields: try Self.fields(emulator))
    #expect(answer.status == 200)
    let told = try answer.json()
    #expect(told["token_type"].text == "Bearer")
    #expect(told["resource"].text == resource.removingPercentEncoding)
    #expect(told["client_id"].text == "00000000-0000-4000-8000-4d0000000010")
    // A client keeps it for an hour or more.
    #expect(try #require(told["expires_on"].text.flatMap { Int($0) }) >= before + 3600)
    #expect(try Self.redirect(emulator, with: try #require(told["access_token"].text)) == 204)
    #expect(emulator.requests.first?.scheme == .entra)
  }

  @Test("client_id chooses the resource; one that nobody has gets the path's")
  func clientID() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    for name in ["one", "two"] { _ = try emulator.makeResource(ResourceSettings(name: name)) }
    let control = try ControlClient(port: emulator.port)
    func id(_ name: String) throws -> String {
      try #require(
        try control.call("GET", "/_emulator/resources/\(name)").json()["resourceId"].text)
    }
    let resource = "/_emulator/resources/one"
    for (path, expected) in [
      (Self.path(), "default"), (Self.path(of: resource), "one"),
      (Self.path(more: "&client_id=" + (try id("two"))), "two"),
      (Self.path(of: resource, more: "&client_id=" + (try id("two")).uppercased()), "two"),
      (Self.path(of: resource, more: "&client_id=" + (try id("default"))), "default"),
      (Self.path(of: resource, more: "&client_id=somebody"), "one"),
      (Self.path(of: resource, more: "&mi_res_id=%2Fsubscriptions%2Fx&principal_id=p"), "one"),
    ] {
      let answer = try control.call("GET", path, fields: try Self.fields(emulator)).json()
      #expect(answer["client_id"].text == (try id(expected)), "\(path)")
      let token = try #require(answer["access_token"].text)
      #expect(try Self.redirect(emulator, with: token) == 204)
      #expect(emulator.resource(named: expected)?.requests.last?.executed == true)
      #expect(emulator.resources.map(\.requests.count).reduce(0, +) == 1, "\(path)")
      for resource in emulator.resources { resource.clearRequests() }
    }
  }

  @Test("a token of a resource that was removed is nobody's")
  func removed() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    _ = try emulator.makeResource(ResourceSettings(name: "gone"))
    let token = try #require(
      try ControlClient(port: emulator.port).call(
        "GET", Self.path(of: "/_emulator/resources/gone"), fields: try Self.fields(emulator)
      ).json()["access_token"].text)
    emulator.removeResource(named: "gone")
    #expect(try Self.redirect(emulator, with: token) == 403)
  }

  @Test("a token is good on a clock that was moved, and for a client whose clock was not")
  func clock() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let resource = emulator.defaultResource
    for offset in [-7200, 7200] {
      resource.clockOffset = .seconds(offset)
      let told = try ControlClient(port: emulator.port).call(
        "GET", Self.path(), fields: try Self.fields(emulator)
      ).json()
      let expires = try #require(told["expires_on"].text.flatMap { Double($0) })
      #expect(expires >= Date().timeIntervalSince1970 + 3600)
      let token = try #require(told["access_token"].text)
      for later in [offset, 0, 3600] {
        resource.clockOffset = .seconds(later)
        #expect(try Self.redirect(emulator, with: token) == 204, "\(offset) \(later)")
      }
    }
  }

  @Test(
    "a refusal is final for its client: never 404, 429 or 5xx, and in the form of App Service",
    arguments: [
      (path(), [], 401, "IDENTITY_HEADER"),
      (path(), ["wrong"], 401, "IDENTITY_HEADER"),
      (path(), [""], 401, "IDENTITY_HEADER"),
      (path(), ["right", "right"], 401, "more than once"),
      (path("https://vault.azure.net"), ["right"], 400, "--identity off"),
      (path("https://communication.azure.com.evil.example/"), ["right"], 400, "--identity off"),
      (path(""), ["right"], 400, "--identity off"),
      ("/_emulator/identity?api-version=2019-08-01", ["right"], 400, "--identity off"),
      ("/_emulator/identity?resource=\(audience)", ["right"], 400, "2019-08-01"),
      (path() + "&resource=\(audience)", ["right"], 400, "twice"),
      (path(of: "/_emulator/resources/none"), ["right"], 400, "'none'"),
    ] as [(String, [String], Int, String)])
  func refusals(path: String, headers: [String], status: Int, names: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let right = try #require(emulator.managedIdentity).header
    let answer = try ControlClient(port: emulator.port).call(
      "GET", path,
      fields: headers.map { ("X-IDENTITY-HEADER", $0 == "right" ? right : $0) })
    #expect(answer.status == status)
    let told = try answer.json()
    #expect(told["statusCode"].number == status)
    #expect(told["message"].text?.contains(names) == true, "\(told)")
    #expect(told["error"]["message"].text == told["message"].text)
    #expect(told["error"]["code"].text?.isEmpty == false)
    #expect(!answer.text.contains(right))
  }

  @Test("the key of the control API is not asked for, and where the endpoint is off it says so")
  func settings() async throws {
    var configuration = Configuration()
    configuration.controlKey = "k"
    let keyed = try await Emulator.start(configuration)
    defer { keyed.stop() }
    #expect(
      try ControlClient(port: keyed.port).call(
        "GET", Self.path(), fields: try Self.fields(keyed)
      ).status == 200)

    configuration.identity = false
    let off = try await Emulator.start(configuration)
    defer { off.stop() }
    #expect(off.managedIdentity == nil)
    let control = try ControlClient(port: off.port)
    let answer = try control.call("GET", Self.path(), fields: try Self.fields(keyed))
    #expect(answer.status == 400)
    #expect(answer.text.contains("--identity off"))
    let resource = try control.call(
      "GET", "/_emulator/resources/default", fields: [("x-emulator-key", "k")]
    ).json()
    #expect(resource["identityHeader"].isNull)

    configuration.identity = true
    configuration.controlAPI = false
    let closed = try await Emulator.start(configuration)
    defer { closed.stop() }
    #expect(closed.managedIdentity == nil)
  }

  @Test("POST R/tokens makes Entra tokens, too, for the resource and for as long as asked")
  func tokens() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let resource = try emulator.makeResource(ResourceSettings(name: "one"))
    let control = try ControlClient(port: emulator.port)
    let path = "/_emulator/resources/one/tokens"
    for (body, user, status) in [
      (#"{"kind":"entra"}"#, nil, 204), (#"{"kind":"entra","user":"me"}"#, "me", 204),
      (#"{"kind":"entra","expiresIn":"-1s"}"#, nil, 401), (#"{"kind":"user"}"#, nil, 204),
    ] as [(String, String?, Int)] {
      let told = try control.call("POST", path, body).json()
      if let user { #expect(told["user"].text == user) }
      #expect(try Self.redirect(emulator, with: try #require(told["token"].text)) == status)
      let entry = try #require(resource.requests.last)
      #expect(entry.user == told["user"].text, "\(body)")
    }
    #expect(emulator.requests.isEmpty)
    for (body, target) in [
      (#"{"kind":"Entra"}"#, "kind"), (#"{"kind":"entra","scopes":["voip"]}"#, "scopes"),
    ] {
      let answer = try control.call("POST", path, body)
      #expect(answer.status == 400)
      #expect(try answer.json()["error"]["target"].text == target)
    }
  }

  @Test("its key is taken out of a request that went to a wrong place")
  func redaction() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try ControlClient(port: emulator.port).call(
      "GET", "/identity", fields: try Self.fields(emulator))
    #expect(answer.status == 404)
    let entry = try #require(emulator.requests.first)
    #expect(entry.headers.contains { $0.name == "X-IDENTITY-HEADER" && $0.value == "***" })
  }
}
