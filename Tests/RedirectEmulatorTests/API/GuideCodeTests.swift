import Foundation
import HTTP1
import RedirectEmulator
import Synchronization
import TestSupport
import Testing

/// The Swift code that the guides show, word for word.
@Suite("The guides' Swift code")
struct GuideCodeTests {
  @Test("Scenarios: rules that are values")
  func rules() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      rules: [
        Rule("throttled twice", attempts: 1...2, do: .respond(429, retryAfter: .milliseconds(100))),
        Rule("the response gets lost", calls: 3...3, do: .fault(.reset(), afterExecution: true)),
        Rule(
          "down, then up", match: RequestMatch(targetID: "+1425*"),
          do: .sequence([SequenceStep(times: 2, .respond(503)), SequenceStep(nil)])),
        Rule("slow", chance: 0.2, do: .action(Action(delay: Delay(.uniform(.zero, .seconds(1)))))),
      ],
      connections: [
        ConnectionRule("old server", connections: 1...1, do: .tls(TLSFault(maxVersion: .tls11)))
      ],
      events: [EventRule("delivered twice", deliveries: 1...1, do: .duplicate())])
    #expect(
      Set(emulator.defaultResource.unusedRules) == [
        "throttled twice", "the response gets lost", "down, then up", "slow", "old server",
        "delivered twice",
      ])
  }

  @Test("WatchingAndAsserting: an operation")
  func operation() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    var request = RedirectRequest(authorization: "Bearer " + (try emulator.token()))
    request.repeatable(
      id: "8c4b5b0e-0f3a-4c43-9d4e-7f1f6f3c2a10",
      firstSent: IMFFixdate(secondsSince1970: Int64(Date().timeIntervalSince1970)).description)
    let client = try RawClient(port: emulator.port)
    for _ in 0..<2 {
      try client.send(request.bytes)
      #expect(try client.readResponse().status == 204)
    }
    let operation = try #require(emulator.operations.first)
    #expect(operation.attempts.map(\.status) == [204, 204])
    #expect(operation.executed == 1)
  }

  @Test("WatchingAndAsserting: a verification")
  func verification() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(rules: [
      Rule("throttled twice", attempts: 1...2, do: .respond(429, retryAfter: .milliseconds(10)))
    ])
    try await MyCallRouter(connectionString: emulator.httpConnectionString).redirect(incoming)
    #expect(
      emulator.verify(Expectations(statuses: [429, 429, 204], honoursRetryAfter: true)).passed)
  }

  @Test("WatchingAndAsserting: log lines")
  func logLines() async throws {
    let myLogger = MyLogger()
    var configuration = Configuration()
    configuration.logLevel = .warning
    configuration.log = {
      myLogger.write(
        "\($0.timestamp) \($0.level) \($0.message)", $0.fields.map { "\($0.name)=\($0.value)" })
    }
    let emulator = try await Emulator.start(configuration)
    emulator.stop()
    // Nothing warned of anything.
    #expect(myLogger.lines.withLock { $0 } == [])
  }

  private final class MyLogger: Sendable {
    let lines = Mutex<[String]>([])

    func write(_ text: String, _ fields: [String]) {
      lines.withLock { $0.append(([text] + fields).joined(separator: " ")) }
    }
  }
}
