import EventLoop
import Foundation
import Glibc
import HTTP1
import RedirectEmulator
import TestSupport
import Testing

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
    #expect(
      try await MyCallRouter(connectionString: emulator.httpConnectionString).redirect("eyJ") == 204
    )
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
    #expect(
      try await MyCallRouter(connectionString: quiet.httpConnectionString).redirect("a") == 204)
    #expect(
      try await MyCallRouter(connectionString: busy.httpConnectionString).redirect("b") == 503)
    #expect(quiet.requests.map(\.status) == [204] && busy.requests.map(\.status) == [503])
    #expect(emulator.requests.isEmpty)
    busy.clockOffset = .seconds(600)
    busy.reset(clearsScenario: true)
    #expect(busy.clockOffset == .zero && busy.requests.isEmpty)
    #expect(
      try await MyCallRouter(connectionString: busy.httpConnectionString).redirect("b") == 204)
    #expect(emulator.removeResource(named: "quiet")?.count == 1)
    #expect(
      try await MyCallRouter(connectionString: quiet.httpConnectionString).redirect("a") == 401)
  }

  @Test("a resource that cannot be made says what was wrong, and nothing is made")
  func resourceErrors() async throws {
    var configuration = Configuration()
    configuration.resourceLimit = 2
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    _ = try emulator.makeResource(ResourceSettings(name: "quiet"))
    for (settings, error, said) in [
      (ResourceSettings(name: "quiet"), ResourceError.nameTaken("quiet"), "'quiet' already"),
      (ResourceSettings(name: "-no-"), .invalidName("-no-"), "1 to 63 letters"),
      (ResourceSettings(apiVersions: ["soon"]), .invalidVersion("soon"), "such as 2026-03-12"),
      (ResourceSettings(apiVersions: []), .noVersions, "at least one"),
      (ResourceSettings(), .tooMany(limit: 2), "remove one first"),
    ] {
      #expect(throws: error) { try emulator.makeResource(settings) }
      #expect("\(error)".contains(said))
    }
    #expect(emulator.resources.count == 2)
  }

  @Test("a token for a user or a scope that is not an id is an error that says so")
  func tokenErrors() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let user = #expect(throws: TokenError.self) { try emulator.token(user: "8:acs:a b") }
    #expect(user == .invalidUser("acs:a b"))
    #expect(user?.description.hasPrefix("the user \"acs:a b\" is not an id: expected 1 to") == true)
    let scope = #expect(throws: TokenError.self) { try emulator.token(scopes: ["voip", "a,b"]) }
    #expect(scope == .invalidScope("a,b"))
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
    #expect(
      try await MyCallRouter(connectionString: emulator.httpConnectionString).redirect("a") == 503)
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

  @Test("an address that cannot be listened on is told with what to do")
  func listening() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    var taken = Configuration()
    taken.port = emulator.port
    var control = Configuration()
    control.controlPort = emulator.port
    var foreign = Configuration()
    // RFC 5737 §3: no machine has it.
    foreign.host = "192.0.2.1"
    let rows = [
      (
        taken,
        "cannot listen on 127.0.0.1:\(emulator.port): Address already in use. Another program has this port. End it, or choose another port: '--port 0' picks a free one."
      ),
      (
        control,
        "cannot listen on 127.0.0.1:\(emulator.port) (--control-port): Address already in use. Another program has this port. End it, or choose another port: '--control-port 0' picks a free one."
      ),
      (
        foreign,
        "cannot listen on 192.0.2.1:0: Cannot assign requested address. The address is not this machine's. '--host 127.0.0.1' is for programs on this machine, '--host 0.0.0.0' listens on all its addresses."
      ),
    ]
    for (configuration, message) in rows {
      let error = await #expect(throws: StartError.self) { try await Emulator.start(configuration) }
      #expect(error?.description == message)
    }
    for (code, words) in [(EACCES, "Ports below 1024"), (EAFNOSUPPORT, "no IPv6")] {
      let error = ListenError(Errno(code, in: "bind"), portOption: "--port")
      #expect(error.advice?.contains(words) == true)
    }
    #expect(ListenError(Errno(ENOMEM, in: "bind"), portOption: "--port").advice == nil)
  }
}
