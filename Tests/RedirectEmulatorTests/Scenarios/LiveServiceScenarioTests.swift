import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("The scenarios of the live service, over a socket")
struct LiveServiceScenarioTests {
  private static func scenario(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: root.appending(path: "fixtures/scenarios/\(name).yaml"), encoding: .utf8)
  }

  private static func answers(
    during name: String, times: Int, version: String = "2026-03-12"
  ) async throws -> ([RawResponse], [RedirectOperation]) {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(scenario: scenario(name))
    let client = try RawClient(port: emulator.port)
    let token = try emulator.token()
    let answers = try (0..<times).map { _ in
      var request = RedirectRequest(authorization: "Bearer " + token)
      request.target = "/calling/callConnections:redirect?api-version=\(version)"
      request.repeatable(id: UUID().uuidString, firstSent: Dates.imf())
      try client.send(request.bytes)
      return try client.readResponse()
    }
    return (answers, emulator.operations)
  }

  @Test("live-headers: the recorded headers are there, and those that recordings lack are not")
  func headers() async throws {
    let (answers, operations) = try await Self.answers(during: "live-headers", times: 3)
    #expect(answers.map(\.status) == [204, 404, 204])
    #expect(operations.map(\.executed) == [1, 0, 1])
    for answer in answers {
      #expect(answer["X-Azure-Ref"] != nil && answer["Strict-Transport-Security"] != nil)
      #expect(answer["X-Cache"] == "CONFIG_NOCACHE")
      #expect(answer["Repeatability-Result"] == nil && answer["x-ms-error-code"] == nil)
      #expect(answer["X-Microsoft-Skype-Chain-ID"] != nil && answer["Date"] != nil)
    }
    #expect(answers[1].member("code") == "8522")
  }

  @Test("live-version-not-deployed: 404 of the front end, without an error code")
  func notDeployed() async throws {
    for version in ["2026-03-12", "2022-01-01"] {
      let (answers, operations) = try await Self.answers(
        during: "live-version-not-deployed", times: 1, version: version)
      let answer = try #require(answers.first)
      #expect(answer.status == 404 && answer["x-ms-error-code"] == nil)
      #expect(answer["Content-Type"] == "application/json; charset=utf-8")
      #expect(
        try answer.json()["Message"].text?.hasPrefix("No HTTP resource was found that matches")
          == true)
      #expect(try answer.json().names == ["Message"])
      #expect(operations.map(\.executed) == [0])
    }
  }
}
