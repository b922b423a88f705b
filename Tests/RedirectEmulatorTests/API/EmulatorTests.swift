import Foundation
import HTTP1
import RedirectEmulator
import TestSupport
import Testing

/// A small call router as a user would test it: it redirects, and tries again when it is told to.
private struct CallRouter {
  let port: UInt16
  let accessKey: String
  var tries = 4

  /// - Parameter connectionString: `endpoint=http://127.0.0.1:4010/;accesskey=…`
  init(connectionString: String) throws {
    let parts = connectionString.split(separator: ";", maxSplits: 1).map(String.init)
    let url = try #require(URL(string: String(parts[0].dropFirst("endpoint=".count))))
    port = UInt16(url.port ?? 80)
    accessKey = String(parts[1].dropFirst("accesskey=".count))
  }

  func redirect(_ context: String) throws -> Int {
    let firstSent = IMFFixdate(secondsSince1970: Int64(Date().timeIntervalSince1970)).description
    let id = UUID().uuidString
    var status = 0
    for _ in 0..<tries {
      var request = RedirectRequest(authorization: nil)
      request.body = #"{"incomingCallContext":"\#(context)","target":{"rawId":"4:+14255550123"}}"#
      request.repeatable(id: id, firstSent: firstSent)
      try request.sign(accessKey: accessKey, date: firstSent)
      let client = try RawClient(port: port)
      try client.send(request.bytes)
      let answer = try client.readAnswer()
      status = answer.status
      guard let wait = answer["retry-after-ms"].flatMap({ Double($0) }) else { break }
      Thread.sleep(forTimeInterval: wait / 1_000)
    }
    return status
  }
}

@Suite struct EmulatorTests {
  @Test("an emulator is ready when it was started, and its port is free again when it was stopped")
  func life() async throws {
    let emulator = try await Emulator.start()
    let port = emulator.port
    _ = try RawClient(port: port)
    emulator.stop()
    #expect(throws: RawClient.Failure.self) { _ = try RawClient(port: port) }
  }

  @Test("a router that is throttled twice redirects once, and did as it was asked")
  func retriesThrottledCalls() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        rules:
          - { name: throttled twice, attempts: 1..2, respond: { status: 429, retryAfter: 100ms } }
        """)
    #expect(try CallRouter(connectionString: emulator.httpConnectionString).redirect("eyJ") == 204)
    let operation = try #require(emulator.operations.first)
    #expect(operation.attempts.map(\.status) == [429, 429, 204])
    #expect(operation.executed == 1)
    let report = emulator.verify(
      Expectations(
        operations: 1, attempts: 3, executed: 1, statuses: [429, 429, 204], finalStatus: 204,
        honoursRetryAfter: true, stableRepeatability: true))
    #expect(report.passed, "\(report)")
    #expect(report.failures.isEmpty)
    let wrong = emulator.verify(Expectations(attempts: 2, executed: 1))
    #expect(!wrong.passed && wrong.failures.count == 1)
    let lines = wrong.description.split(separator: "\n")
    #expect(lines.first?.hasPrefix("FAIL attempts: expected 2, but operation ") == true)
    #expect(lines.last == "ok   executed: expected 1, saw 1")
    #expect(emulator.defaultResource.unusedRules.isEmpty)
  }

  @Test("resources have keys, scenarios, journals and clocks of their own")
  func resources() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let quiet = try emulator.makeResource(ResourceSettings(name: "quiet"))
    let busy = try emulator.makeResource()
    try busy.load(scenario: "rules: [{ name: busy, respond: { status: 503 } }]")
    #expect(try CallRouter(connectionString: quiet.httpConnectionString).redirect("a") == 204)
    #expect(try CallRouter(connectionString: busy.httpConnectionString).redirect("b") == 503)
    #expect(quiet.requests.map(\.status) == [204] && busy.requests.map(\.status) == [503])
    #expect(emulator.requests.isEmpty)
    busy.clockOffset = .seconds(600)
    busy.reset(clearsScenario: true)
    #expect(busy.clockOffset == .zero && busy.requests.isEmpty)
    #expect(try CallRouter(connectionString: busy.httpConnectionString).redirect("b") == 204)
    #expect(throws: ControlError.self) {
      try emulator.makeResource(ResourceSettings(name: "quiet"))
    }
    #expect(throws: ControlError.self) { try emulator.makeResource(ResourceSettings(name: "-no-")) }
    #expect(emulator.removeResource(named: "quiet")?.count == 1)
    #expect(try CallRouter(connectionString: quiet.httpConnectionString).redirect("a") == 401)
  }

  @Test("a scenario that is wrong is refused with every place, and the old one stays")
  func invalidScenario() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(scenario: "rules: [{ name: busy, respond: { status: 503 } }]")
    #expect {
      try emulator.load(
        scenario: "rules:\n  - { name: x, respnod: {} }\n  - { name: y, attempts: 0 }\n")
    } throws: { error in
      Set((error as? InvalidScenario)?.issues.map(\.line) ?? []) == [2, 3]
    }
    #expect(try CallRouter(connectionString: emulator.httpConnectionString).redirect("a") == 503)
  }

  @Test("settings that cannot be used are told by their names", arguments: [1, 2])
  func configuration(_ threads: Int) async throws {
    var configuration = Configuration()
    configuration.threads = threads
    configuration.accessKey = "***"
    configuration.host = "example.org"
    configuration.apiVersions = ["2026-03-12", "newest"]
    configuration.limits.headerTimeout = .zero
    let error = await #expect(throws: ConfigurationError.self) {
      try await Emulator.start(configuration)
    }
    #expect(
      error?.problems.map(\.setting)
        == ["host", "limits.headerTimeout", "accessKey", "apiVersions"])
    #expect(error?.problems.map(\.value) == ["example.org", "0s", nil, "newest"])
    #expect(error?.description.contains("***") == false)
    configuration = Configuration()
    configuration.threads = threads
    configuration.host = "127.0.0.1"
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    configuration.port = emulator.port
    await #expect(throws: StartError.self) { try await Emulator.start(configuration) }
  }
}
