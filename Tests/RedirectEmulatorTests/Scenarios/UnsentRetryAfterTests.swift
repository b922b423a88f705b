import Foundation
import HTTP1
import RedirectEmulator
import TestSupport
import Testing

@Suite("A Retry-After that was never sent is not held against a client, over a socket")
struct UnsentRetryAfterTests {
  /// Sends the first try under a rule, and at once a second one.
  ///
  /// - Returns: what the first got, and the operation when both have ended.
  private static func tryTwice(_ action: String) async throws -> (
    first: String, operation: RedirectOperation, report: Verification
  ) {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(scenario: "rules: [{ name: bad, attempts: 1, \(action) }]")
    var request = RedirectRequest(
      authorization: "Bearer " + (try emulator.token()))
    request.fields = [("Connection", "close")]
    request.repeatable(id: UUID().uuidString, firstSent: Dates.imf())
    let client = try RawClient(port: emulator.port)
    try client.send(request.bytes)
    let (bytes, _) = try client.readToEnd()
    #expect(becomesTrue { emulator.requests.first?.end != nil })
    let retry = try RawClient(port: emulator.port)
    try retry.send(request.bytes)
    #expect(try retry.readResponse().status == 204)
    #expect(becomesTrue { emulator.operations.first?.attempts.last?.end != nil })
    return (
      String(decoding: bytes, as: UTF8.self), try #require(emulator.operations.first),
      emulator.verify(Expectations(honoursRetryAfter: true))
    )
  }

  @Test(
    "where a fault keeps the head off the wire, there is nothing to honour",
    arguments: [
      "fault: empty", "fault: reset", "fault: { hang: { for: 10ms } }", "fault: garbage",
      "fault: { truncate: { atBytes: 60 } }", "fault: { truncate: { at: 50% } }",
      "fault: { reset: { afterBytes: 100 } }", "fault: badStatusLine",
    ])
  func unsent(fault: String) async throws {
    let (first, operation, report) = try await Self.tryTwice(
      "respond: { status: 429, retryAfter: 30s }, \(fault)")
    #expect(
      fault == "fault: badStatusLine" || !first.contains("\r\n\r\n") || fault == "fault: garbage")
    #expect(operation.attempts.map(\.retryAfter) == [nil, nil])
    #expect(!report.passed, "\(report)")
    #expect(report.description.contains("no response that asked for a wait was followed"))
  }

  @Test(
    "where the head went out whole, the client was asked",
    arguments: [
      "delay: 1ms", "fault: http10", "fault: badJSON", "fault: { interim: { count: 2 } }",
      "fault: { wrongLength: { by: 5 } }", "fault: { truncate: { at: 97% } }",
      "pace: { chunk: 16, every: 1ms }",
    ])
  func sent(action: String) async throws {
    let (first, operation, report) = try await Self.tryTwice(
      "respond: { status: 429, retryAfter: 30s }, \(action)")
    #expect(first.contains("Retry-After: 30\r\n"))
    #expect(operation.attempts.map(\.retryAfter) == [.seconds(30), nil])
    #expect(!report.passed)
    #expect(report.description.contains("asked for 30s"), "\(report)")
  }

  @Test("a client that left while the head was on its way was not asked either")
  func left() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario:
        "rules: [{ respond: { status: 429, retryAfter: 30s }, pace: { chunk: 16, every: 1h } }]")
    var request = RedirectRequest(
      authorization: "Bearer " + (try emulator.token()))
    request.repeatable(id: UUID().uuidString, firstSent: Dates.imf())
    let client = try RawClient(port: emulator.port)
    try client.send(request.bytes)
    #expect(try client.read(atLeast: 16).count == 16)
    client.finishSending()
    #expect(becomesTrue { emulator.requests.first?.end == .clientLeft })
    #expect(emulator.operations.first?.attempts.map(\.retryAfter) == [nil])
  }

  @Test(
    "a response that comes late asks for less than one that comes at once, if it asks until a date")
  func lateDates() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: "rules: [{ delay: 300ms, respond: { status: 429, retryAfter: { date: 1h } } }]")
    let client = try RawClient(port: emulator.port)
    try client.send(RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes)
    let response = try client.readResponse()
    #expect(becomesTrue { emulator.requests.first?.end != nil })
    let request = try #require(emulator.requests.first)
    let field = Array(try #require(response["Retry-After"]).utf8)
    let read = IMFFixdate(field.span, in: 0..<field.count)
    let date = try #require(read)
    let sent = request.time.timeIntervalSince1970 + (request.duration / .seconds(1))
    let asked = try #require(request.retryAfter) / .seconds(1)
    // Both clocks are read once a turn of the loop.
    #expect(abs(sent + asked - Double(date.secondsSince1970)) < 0.1, "\(sent) + \(asked), \(date)")
  }

  @Test("what the control API shows of a wait is whole milliseconds, also of a date")
  func wholeMilliseconds() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: """
        rules:
          - { calls: 1, respond: { status: 429, retryAfter: { date: 2500ms } } }
          - { calls: 2, respond: { status: 429, retryAfter: 1500ms } }
          - { calls: 3, respond: { status: 429, retryAfterMs: 250 } }
        """)
    let request = RedirectRequest(
      authorization: "Bearer " + (try emulator.token()))
    let client = try RawClient(port: emulator.port)
    for _ in 0..<3 {
      try client.send(request.bytes)
      #expect(try client.readResponse().status == 429)
    }
    let text = try ControlClient(port: emulator.port).call("GET", "/_emulator/operations").text
    let waits = text.matches(of: /"retryAfterMs":([^,}]*)/).map { String($0.1) }
    #expect(waits.count == 3)
    // The header has whole seconds: the date is between the wait and a second more.
    let date = try #require(waits.first.flatMap { Int($0) }, "\(waits)")
    #expect(date >= 2_400 && date <= 3_500)
    #expect(waits.dropFirst() == ["2000", "250"])
    let durations = text.matches(of: /"durationMs":([^,}]*)/).map { String($0.1) }
    #expect(durations.count == 3)
    #expect(durations.allSatisfy { $0.wholeMatch(of: /[0-9]+(\.[0-9]{1,3})?/) != nil })
  }
}
