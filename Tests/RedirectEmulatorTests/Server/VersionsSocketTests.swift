import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Versions and members, over a socket")
struct VersionsSocketTests {
  private static let previews = [
    "2023-06-15-preview", "2023-10-03-preview", "2024-06-15-preview", "2024-11-15-preview",
    "2025-03-30-preview", "2025-08-15-preview",
  ]

  private static func body(_ target: String = #"{"rawId":"48:x"}"#, more: String = "") -> String {
    #"{"incomingCallContext":"a","target":\#(target)\#(more)}"#
  }

  /// Sends a body in a version, with a token of the default resource.
  private static func send(
    _ body: String, _ version: String, to emulator: Emulator
  ) throws -> RawResponse {
    var request = RedirectRequest(
      authorization: "Bearer " + (try emulator.token()))
    request.target = "/calling/callConnections:redirect?api-version=\(version)"
    request.body = body
    let client = try RawClient(port: emulator.port)
    try client.send(request.bytes)
    return try client.readResponse()
  }

  @Test("a beta SDK's version is served by default, with the members that betas send")
  func previews() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    for version in Self.previews {
      let answer = try Self.send(
        Self.body(more: #","customCallingContext":{"voipHeaders":{}}"#), version, to: emulator)
      #expect(answer.status == 204, "\(version): \(answer.text)")
      #expect(emulator.requests.last?.ignored == ["customCallingContext"])
    }
  }

  @Test(
    "a version that is not in the list has the model of the newest stable one before it",
    arguments: [
      ("2023-10-03-preview", 204, 400, 400), ("2024-01-01", 204, 204, 400),
      ("2025-07-01-preview", 204, 204, 204), ("2031-01-01", 204, 204, 204),
    ])
  func unlisted(version: String, number: Int, app: Int, extension: Int) async throws {
    let objects = [
      (#"{"phoneNumber":{"value":"+14255550123"}}"#, number),
      (#"{"microsoftTeamsApp":{"appId":"a"}}"#, app),
      (#"{"teamsExtensionUser":{"userId":"u","tenantId":"t","resourceId":"r"}}"#, `extension`),
    ]
    for skips in [true, false] {
      var configuration = Configuration()
      configuration.skipsAPIVersionCheck = skips
      if !skips { configuration.apiVersions = [version] }
      let emulator = try await Emulator.start(configuration)
      defer { emulator.stop() }
      for (object, status) in objects {
        let answer = try Self.send(
          Self.body(object, more: #","customContext":{}"#), version, to: emulator)
        #expect(answer.status == status, "\(version) \(object): \(answer.text)")
      }
    }
  }

  @Test("a preview that is not served is refused with the option that serves it")
  func refusedPreview() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try Self.send(Self.body(), "2022-04-07-preview", to: emulator)
    #expect(answer.status == 400 && answer.member("code") == "UnsupportedApiVersionValue")
    #expect(answer.member("message")?.contains("--api-version 2022-04-07-preview") == true)
    #expect(answer["api-supported-versions"]?.split(separator: ",").count == 13)
    let failed = try #require(emulator.requests.last?.failed)
    #expect(failed.message.contains("--api-version"))
  }

  @Test(
    "a member that the contract does not name is ignored and named in the journal, in every version",
    arguments: ["2023-03-06", "2025-06-15", "2026-03-12"])
  func ignored(version: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let body = Self.body(more: #","customCallingContext":{"sipHeaders":{}},"z":null"#)
    #expect(try Self.send(body, version, to: emulator).status == 204)
    #expect(emulator.requests.last?.ignored == ["customCallingContext", "z"])
    #expect(try Self.send(Self.body(), version, to: emulator).status == 204)
    let journal = try ControlClient(port: emulator.port).call("GET", "/_emulator/requests").json()
    #expect(
      journal["requests"].items.map { $0["ignored"].items.map(\.text) } == [
        ["customCallingContext", "z"], [],
      ])
    #expect(emulator.totals.executed == 2)
  }

  @Test("strict refuses such a member where the version's document does, and nowhere else")
  func strict() async throws {
    var configuration = Configuration()
    configuration.strict = true
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let body = Self.body(more: #","customCallingContext":{}"#)
    for (version, status) in [
      ("2026-03-12", 400), ("2025-06-15", 204), ("2023-10-03-preview", 204),
    ] {
      let answer = try Self.send(body, version, to: emulator)
      #expect(answer.status == status, "\(version): \(answer.text)")
      if status == 400 { #expect(answer.member("target") == "customCallingContext") }
    }
  }

  @Test("isAnonymous and assertedId belong to phoneNumber from 2025-06-15 on")
  func anonymousNumbers() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let wrong = #"{"phoneNumber":{"value":"+14255550123","isAnonymous":"yes"}}"#
    let right = #"{"phoneNumber":{"value":"anonymous","isAnonymous":true,"assertedId":"1"}}"#
    for (version, status) in [
      ("2026-03-12", 400), ("2025-08-15-preview", 400), ("2025-06-15", 400), ("2025-05-15", 204),
    ] {
      #expect(try Self.send(Self.body(wrong), version, to: emulator).status == status, "\(version)")
      #expect(try Self.send(Self.body(right), version, to: emulator).status == 204, "\(version)")
    }
  }
}
