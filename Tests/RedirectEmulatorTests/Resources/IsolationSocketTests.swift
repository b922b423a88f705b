import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Resources are isolated by what requests carry")
struct IsolationSocketTests {
  private static func send(_ request: RedirectRequest, _ client: RawClient) throws -> RawResponse {
    try client.send(request.bytes)
    return try client.readResponse()
  }

  private static func signed(by resource: Resource, id: String) throws -> RedirectRequest {
    var request = RedirectRequest(authorization: nil)
    request.repeatable(id: id, firstSent: Dates.imf())
    try request.sign(accessKey: resource.accessKey, date: Dates.imf())
    return request
  }

  private static func bearing(tokenOf resource: Resource, id: String) throws
    -> RedirectRequest
  {
    var request = RedirectRequest(authorization: "Bearer " + (try resource.token()))
    request.repeatable(id: id, firstSent: Dates.imf())
    return request
  }

  @Test("two clients side by side, by key or by token, never see each other", arguments: [1, 2])
  func sideBySide(_ threads: Int) async throws {
    var configuration = Configuration()
    configuration.threads = threads
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let port = emulator.port
    let resources = [try emulator.makeResource(), try emulator.makeResource()]
    try resources[0].load(scenario: "rules: [{ name: a, attempts: 1, respond: { status: 503 } }]")
    // Both use the same request ids: a pair is remembered by its resource alone.
    let ids = (0..<50).map { _ in UUID().uuidString }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, resource) in resources.enumerated() {
        for byKey in [true, false] {
          group.addTask {
            let client = try RawClient(port: port)
            for id in ids.dropFirst(byKey ? 0 : 25).prefix(25) {
              let request =
                byKey
                ? try Self.signed(by: resource, id: id)
                : try Self.bearing(tokenOf: resource, id: id)
              for expected in index == 0 ? [503, 204] : [204, 204] {
                let answer = try Self.send(request, client)
                #expect(answer.status == expected, "\(index): \(answer.text)")
              }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    for (index, resource) in resources.enumerated() {
      #expect(resource.requests.count == 100)
      #expect(resource.requests.allSatisfy { $0.resource == resource.name })
      #expect(resource.operations.count == 50)
      #expect(resource.operations.allSatisfy { $0.executed == 1 })
      let failed = resource.requests.count { $0.status == 503 }
      #expect(failed == (index == 0 ? 50 : 0))
    }
    #expect(emulator.requests.isEmpty)
  }

  @Test(
    "a host's first label names a resource in any case, with a port or the root's dot or without",
    arguments: [
      "Mine.localhost", "mine.LOCALHOST:4010", "MINE.communication.azure.com", "mine.localhost.:80",
      "mine.localhost:4010:4010",
    ])
  func hostLabel(_ host: String) async throws {
    var configuration = Configuration()
    configuration.authorization = .notRequired
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let mine = try emulator.makeResource(ResourceSettings(name: "Mine"))
    var request = RedirectRequest(authorization: nil)
    request.host = host
    #expect(try Self.send(request, try RawClient(port: emulator.port)).status == 204)
    #expect(mine.requests.count == 1 && emulator.requests.isEmpty)
  }

  @Test("requests of several resources on one connection find each their own")
  func oneConnection() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let resources =
      [emulator.defaultResource] + (try (0..<3).map { _ in try emulator.makeResource() })
    let client = try RawClient(port: emulator.port)
    let id = UUID().uuidString
    for round in 0..<4 {
      for resource in resources {
        let request =
          round % 2 == 0
          ? try Self.signed(by: resource, id: "\(id.dropLast())\(round)")
          : try Self.bearing(tokenOf: resource, id: "\(id.dropLast())\(round)")
        #expect(try Self.send(request, client).status == 204)
      }
    }
    for resource in resources {
      #expect(resource.requests.map(\.status) == [204, 204, 204, 204])
      #expect(resource.requests.allSatisfy { $0.executed })
    }
  }

  @Test("where the credential says nothing, the first label of Host names the resource")
  func byHost() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let mine = try emulator.makeResource(ResourceSettings(name: "mine"))
    let client = try RawClient(port: emulator.port)
    for (host, isMine) in [
      ("mine.localhost", true), ("MINE.localhost:4010", true),
      ("mine.communication.azure.com", true),
      ("other.localhost", false), ("mine.example.org", false), ("localhost", false),
      ("127.0.0.1", false),
    ] {
      mine.clearRequests()
      emulator.defaultResource.clearRequests()
      var request = RedirectRequest(authorization: nil)
      request.host = host
      #expect(try Self.send(request, client).status == 401)
      #expect(mine.requests.count == (isMine ? 1 : 0), "\(host)")
      #expect(emulator.requests.count == (isMine ? 0 : 1), "\(host)")
    }
    // A credential says more than the name.
    var request = try Self.bearing(tokenOf: emulator.defaultResource, id: UUID().uuidString)
    request.host = "mine.localhost"
    emulator.defaultResource.clearRequests()
    #expect(try Self.send(request, client).status == 204)
    #expect(emulator.requests.count == 1)
  }

  @Test("a removed resource's key and token are nobody's, also on a connection that had used them")
  func removed() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let resource = try emulator.makeResource(ResourceSettings(name: "gone"))
    let client = try RawClient(port: emulator.port)
    let id = UUID().uuidString
    #expect(try Self.send(try Self.signed(by: resource, id: id), client).status == 204)
    let token = try Self.bearing(tokenOf: resource, id: UUID().uuidString)
    #expect(try Self.send(token, client).status == 204)
    let answer = try ControlClient(port: emulator.port)
      .call("DELETE", "/_emulator/resources/gone")
    #expect(try answer.json()["requests"].items.count == 2)
    let byKey = try Self.send(try Self.signed(by: resource, id: id), client)
    #expect(byKey.status == 401, "\(byKey.text)")
    let byToken = try Self.send(token, client)
    #expect(byToken.status == 403 && byToken.member("code") == "7508", "\(byToken.text)")
    // One with the name of the one that is gone is another.
    let again = try emulator.makeResource(ResourceSettings(name: "gone"))
    #expect(again.accessKey != resource.accessKey)
    #expect(try Self.send(token, client).status == 403)
    #expect(again.requests.isEmpty)
  }

  @Test("each resource has its own settings")
  func settings() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let open = try emulator.makeResource(
      ResourceSettings(name: "open", authorization: .notRequired))
    let strict = try emulator.makeResource(ResourceSettings(name: "strict", strict: true))
    let old = try emulator.makeResource(ResourceSettings(name: "old", apiVersions: ["2023-03-06"]))
    let client = try RawClient(port: emulator.port)

    var request = RedirectRequest(authorization: nil)
    #expect(try Self.send(request, client).status == 401)
    request.host = "open.localhost"
    #expect(try Self.send(request, client).status == 204)
    #expect(open.requests.count == 1)

    request = RedirectRequest(authorization: "Bearer " + (try strict.token()))
    request.body = #"{"incomingCallContext":"a","target":{"phoneNumber":{"value":"555"}}}"#
    #expect(try Self.send(request, client).status == 400)
    request.authorization = "Bearer " + (try emulator.token())
    #expect(try Self.send(request, client).status == 204)

    request = RedirectRequest(authorization: "Bearer " + (try old.token()))
    let refused = try Self.send(request, client)
    #expect(refused.status == 400 && refused["api-supported-versions"] == "2023-03-06")
    request.target = "/calling/callConnections:redirect?api-version=2023-03-06"
    #expect(try Self.send(request, client).status == 204)
  }
}
