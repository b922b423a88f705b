import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Whole requests of real clients, byte for byte")
struct FixtureRequestsTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fixtures/requests")

  private static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".http") }.sorted()

  @Test("there are requests of every SDK")
  func complete() {
    for client in ["python", "javascript", "java-", "dotnet", "curl", "reference"] {
      #expect(Self.names.contains { $0.hasPrefix(client) }, "\(client)")
    }
  }

  @Test("each is answered as its README says, on the day that it was signed", arguments: names)
  func replay(_ name: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let clock = try ControlClient(port: emulator.port)
      .call("PUT", "/_emulator/clock", #"{"now":"2026-11-23T10:00:00Z"}"#)
    #expect(clock.status == 200)
    let bytes = Array(try Data(contentsOf: Self.folder.appending(path: name)))
    let isRepeatable = String(decoding: bytes, as: UTF8.self).lowercased()
      .contains("\r\nrepeatability-request-id:")
    let client = try RawClient(port: emulator.port)
    for round in 0..<2 {
      try client.send(bytes)
      let answer = try client.readResponse()
      #expect(answer.status == 204, "\(answer.statusLine) \(answer.text)")
      #expect(answer["Repeatability-Result"] == (isRepeatable ? "accepted" : nil))
      // What is sent again with its pair is not executed again.
      #expect(emulator.requests.last?.executed == (round == 0 || !isRepeatable))
    }
    let recorded = try #require(emulator.requests.first)
    #expect(recorded.failed == nil && recorded.target != nil && recorded.scheme != nil)
  }

  @Test("a body or a date that was not signed is 401", arguments: names)
  func changed(_ name: String) async throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    guard text.contains("HMAC-SHA256") else { return }
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    emulator.defaultResource.now = try #require(
      ISO8601DateFormatter().date(from: "2026-11-23T10:00:00Z"))
    let client = try RawClient(port: emulator.port)
    // A letter of the context: as long as before, and still JSON.
    try client.send(text.replacingOccurrences(of: "H4sIAAAA", with: "H4sIAAAB"))
    let answer = try client.readResponse()
    #expect(answer.status == 401 && answer.member("code") == "7509", "\(answer.text)")
    emulator.defaultResource.clockOffset += .seconds(301)
    try client.send(text)
    #expect(try client.readResponse().status == 401)
    #expect(emulator.requests.allSatisfy { $0.failed?.stage == "authorization" })
  }
}
