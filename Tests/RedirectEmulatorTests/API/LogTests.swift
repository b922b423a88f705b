import Foundation
import RedirectEmulator
import Synchronization
import TestSupport
import Testing

/// Lines that an emulator has logged.
private final class Lines: Sendable {
  private let stored = Mutex<[LogLine]>([])

  var all: [LogLine] { stored.withLock { $0 } }

  func append(_ line: LogLine) { stored.withLock { $0.append(line) } }
}

@Suite("Configuration.log: what a program that embeds the emulator gets")
struct LogTests {
  /// Sends one good request and one without a credential.
  private static func logged(_ level: LogLine.Level?, asks: Bool = true) async throws -> [LogLine] {
    let lines = Lines()
    var configuration = Configuration()
    configuration.log = { lines.append($0) }
    configuration.logsRequests = asks
    if let level { configuration.logLevel = level }
    let emulator = try await Emulator.start(configuration)
    let token = try emulator.token()
    for credential in ["Bearer \(token)", nil] {
      let client = try RawClient(port: emulator.port)
      var request = RedirectRequest(authorization: credential)
      request.fields = [("x-ms-client-request-id", "mine")]
      try client.send(request.bytes)
      _ = try client.readResponse()
    }
    emulator.stop()
    return lines.all
  }

  @Test("a request is one line, with its fields by name, and numbers as numbers")
  func request() async throws {
    let before = Date()
    let lines = try await Self.logged(nil)
    try #require(lines.count == 2)
    let line = lines[0]
    #expect(line.level == .info && line.message == "request")
    #expect(line.time >= before - 1 && line.time <= Date() + 1)
    #expect(line.timestamp.hasSuffix("Z") && line.timestamp.count == 24)
    let names = line.fields.map(\.name)
    #expect(names == names.sorted())
    var fields: [String: LogLine.Value] = [:]
    for field in line.fields { fields[field.name] = field.value }
    #expect(fields["status"] == .integer(204) && fields["code"] == nil)
    #expect(fields["seq"] == .integer(1) && fields["targetId"] == .text("+14255550123"))
    #expect(fields["clientRequestId"] == .text("mine") && fields["target"] == .text("phoneNumber"))
    guard case .decimal(let duration) = fields["durationMs"] else {
      Issue.record("durationMs is \(String(describing: fields["durationMs"]))")
      return
    }
    #expect(duration >= 0)
    #expect(lines[1].fields.contains { $0.name == "status" && $0.value == .integer(401) })
  }

  @Test("rules with a pattern that is probably meant otherwise are warned of when they are loaded")
  func misreadPattern() async throws {
    let lines = Lines()
    var configuration = Configuration()
    configuration.log = { lines.append($0) }
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    try emulator.load(
      scenario: "rules: [{ name: a, match: { user: /x/i }, fault: reset }, { fault: empty }]")
    let warnings = lines.all.filter { $0.level == .warning }.map(\.message)
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.contains("A regular expression is written '/(?i)x/'") == true, "\(warnings)")
  }

  @Test("levels are ordered, and nothing below the one that was asked for is logged")
  func levels() async throws {
    #expect(
      LogLine.Level.allCases.sorted() == [
        .trace, .debug, .info, .notice, .warning, .error, .critical,
      ])
    #expect(try await Self.logged(.info).count == 2)
    let debug = try await Self.logged(.debug).map(\.message)
    #expect(debug.contains("connection opened") && debug.contains("request"))
    #expect(try await Self.logged(.notice).isEmpty)
    // A program that does not ask for requests gets the rarer lines only.
    #expect(try await Self.logged(.info, asks: false).isEmpty)
  }
}
