import Foundation
import HTTP1
import RedirectEmulator
import TestSupport
import Testing

@Suite("What each fault does on the wire, and what the journal says of it")
final class FaultWireTests {
  private let emulator: Emulator
  private let bearer: String

  init() async throws {
    emulator = try await Emulator.start()
    bearer = "Bearer " + (try emulator.token())
  }

  deinit {
    emulator.stop()
  }

  /// Sends one redirect under a rule, and reads until the connection ends.
  ///
  /// - Parameter leaves: the client half-closes after the request, where the server would keep the connection.
  private func suffer(_ action: String, id: String? = nil, leaves: Bool = false) throws -> (
    text: String, bytes: [UInt8], ending: RawClient.Ending, request: RecordedRequest
  ) {
    try emulator.load(scenario: "rules: [{ name: bad, attempts: 1, \(action) }]")
    let last = emulator.requests.last?.seq ?? 0
    var request = RedirectRequest(authorization: bearer)
    request.fields = [("Connection", "close")]
    if let id { request.repeatable(id: id, firstSent: Self.date) }
    let client = try RawClient(port: emulator.port)
    try client.send(request.bytes)
    let (bytes, ending) = try client.readToEnd()
    let recorded = try ended(after: last)
    return (String(decoding: bytes, as: UTF8.self), bytes, ending, recorded)
  }

  /// The entry behind `seq`, when its end has been recorded: the client may see the end a moment sooner.
  private func ended(after seq: UInt64) throws -> RecordedRequest {
    var ended: RecordedRequest?
    let isThere = becomesTrue {
      ended = emulator.requests.last { $0.seq > seq && $0.end != nil }
      return ended != nil
    }
    guard isThere, let ended else {
      throw RawClient.Failure(description: "no request ended behind \(seq)")
    }
    return ended
  }

  /// The same for all tries of a request.
  private static let date = Dates.imf(240)

  @Test("reset: RST without a byte, or in the middle of the response")
  func reset() throws {
    let bare = try suffer("fault: reset")
    #expect(bare.bytes.isEmpty && bare.ending == .rst)
    #expect(bare.request.status == nil && bare.request.end == .reset && !bare.request.executed)
    let midst = try suffer("fault: { reset: { afterBytes: 20 } }")
    #expect(midst.text == "HTTP/1.1 500 Interna" && midst.ending == .rst)
    #expect(midst.request.end == .reset && midst.request.bytesSent == 20)
  }

  @Test("empty: FIN without a byte")
  func empty() throws {
    let seen = try suffer("fault: empty")
    #expect(seen.bytes.isEmpty && seen.ending == .fin)
    #expect(seen.request.status == nil && seen.request.end == .closed && !seen.request.executed)
  }

  @Test("hang: nothing for as long as it says, then FIN; without a time until the client leaves")
  func hang() throws {
    let seen = try suffer("fault: { hang: { for: 150ms } }")
    #expect(seen.request.duration >= .milliseconds(150))
    #expect(seen.bytes.isEmpty && seen.ending == .fin)

    try emulator.load(scenario: "rules: [{ name: bad, fault: hang }]")
    let last = emulator.requests.last?.seq ?? 0
    let client = try RawClient(port: emulator.port)
    try client.send(RedirectRequest(authorization: bearer).bytes)
    try #require(becomesTrue { emulator.requests.last?.seq != last })
    client.abort()
    let entry = try ended(after: last)
    #expect(entry.end == .clientLeft && entry.status == nil && !entry.executed)
  }

  @Test("truncate: the response stops, with FIN, at a byte or at a share of it")
  func truncate() throws {
    let byte = try suffer("fault: { truncate: { atBytes: 30 } }")
    #expect(byte.text == "HTTP/1.1 500 Internal Server E" && byte.ending == .fin)
    let half = try suffer("fault: { truncate: { at: 50% } }, respond: { status: 429 }")
    let whole = try suffer("respond: { status: 429 }")
    #expect(half.ending == .fin)
    #expect(
      abs(half.bytes.count * 2 - whole.bytes.count) <= 1,
      "\(half.bytes.count) of \(whole.bytes.count)")
    #expect(half.text.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
  }

  @Test("garbage: bytes that are not HTTP, the same for the same seed, then FIN")
  func garbage() throws {
    let first = try suffer("fault: garbage")
    let second = try suffer("fault: garbage")
    #expect(!first.bytes.isEmpty && first.ending == .fin && first.bytes == second.bytes)
    #expect(!first.text.hasPrefix("HTTP/") && Set(first.bytes).count > 64)
    #expect(first.request.status == nil)
  }

  @Test(
    "a response that is not HTTP in one place",
    arguments: [
      ("badStatusLine", "HTTP/1.1 2", false), ("badHeader", "\r\nthis is\0no field line\r\n", true),
      ("badChunk", "Transfer-Encoding: chunked", true),
    ])
  func malformed(_ fault: String, _ part: String, _ hasStatus: Bool) throws {
    let seen = try suffer("fault: \(fault)")
    #expect(seen.text.contains(part), "\(seen.text)")
    #expect(seen.ending == .fin && (seen.request.status != nil) == hasStatus)
    #expect(throws: (any Error).self) { _ = try Self.strictly(seen.bytes) }
  }

  @Test(
    "wrongLength and duplicateLength: Content-Length above, below and twice", arguments: [5, -5])
  func lengths(_ by: Int) throws {
    let seen = try suffer("fault: { wrongLength: { by: \(by) } }")
    let (lengths, body) = try Self.lengths(seen.text)
    #expect(lengths == [body + by] && seen.ending == .fin)
    let twice = try Self.lengths(try suffer("fault: duplicateLength").text)
    #expect(twice.lengths.count == 2 && Set(twice.lengths).count == 2)
  }

  @Test("responses that carry the truth are executed: bodyOn204, interim, closeAfter, http10")
  func truthful() throws {
    let body = try suffer("fault: bodyOn204")
    #expect(body.text.hasPrefix("HTTP/1.1 204 ") && !body.text.hasSuffix("\r\n\r\n"))
    let interim = try suffer("fault: { interim: { count: 3 } }")
    #expect(interim.text.components(separatedBy: "HTTP/1.1 1").count == 4)
    #expect(interim.text.contains("HTTP/1.1 204 No Content"))
    let close = try suffer("fault: closeAfter")
    #expect(close.text.hasPrefix("HTTP/1.1 204 ") && close.text.contains("Connection: close"))
    let old = try suffer("fault: http10")
    #expect(old.text.hasPrefix("HTTP/1.0 204 "))
    for seen in [body, interim, close, old] {
      #expect(seen.request.status == 204 && seen.request.executed && seen.ending == .fin)
    }
  }

  @Test("content that is not what it says: notJSON, badJSON, wrongContentType, badGzip")
  func content() throws {
    let html = try suffer("fault: notJSON")
    #expect(html.text.hasPrefix("HTTP/1.1 502 ") && html.text.contains("text/html"))
    let cut = try suffer("fault: badJSON, respond: { status: 503 }")
    let (lengths, body) = try Self.lengths(cut.text)
    #expect(lengths == [body] && cut.text.hasPrefix("HTTP/1.1 503 "))
    #expect(cut.text.contains("{\"error\"") && !cut.text.hasSuffix("}}"))
    let plain = try suffer("fault: wrongContentType")
    #expect(plain.text.contains("Content-Type: text/plain") && plain.text.hasSuffix("}}"))
    let gzip = try suffer("fault: badGzip")
    #expect(gzip.text.contains("Content-Encoding: gzip"))
    let content = gzip.text.components(separatedBy: "\r\n\r\n").last ?? ""
    #expect(!content.utf8.starts(with: [0x1F, 0x8B]))
    for seen in [html, cut, plain, gzip] { #expect(!seen.request.executed) }
  }

  @Test("stallRead: nothing is read, so that the client's window fills")
  func stall() throws {
    try emulator.load(scenario: "rules: [{ name: bad, fault: stallRead }]")
    let last = emulator.requests.last?.seq ?? 0
    let client = try RawClient(port: emulator.port, timeout: 1)
    try client.send(RedirectRequest(authorization: bearer).bytes)
    try #require(becomesTrue { emulator.requests.last?.seq != last })
    let flood = [UInt8](repeating: 0x41, count: 1 << 20)
    #expect(throws: RawClient.Failure.self) {
      // More than the kernel's buffers on both sides hold.
      for _ in 0..<64 { try client.send(flood) }
    }
    client.abort()
    #expect(try ended(after: last).end == .clientLeft)
  }

  @Test("bytes of the response before are not counted as a fault's own")
  func bytesOfOthers() throws {
    try emulator.load(scenario: "rules: [{ name: second, calls: 2, respond: { status: 503 } }]")
    let last = emulator.requests.last?.seq ?? 0
    let client = try RawClient(port: emulator.port)
    let bytes = RedirectRequest(authorization: bearer).bytes
    try client.send(bytes + bytes)
    #expect(try client.readResponse().status == 204)
    let length = try client.readResponse().wireLength
    #expect(try ended(after: last + 1).bytesSent == length)
  }

  @Test("a lost request is undone for the retry, a lost response is done")
  func lost() throws {
    for (after, executedFirst) in [("", false), ("after: execution, ", true)] {
      let id = UUID().uuidString
      let first = try suffer("\(after)fault: reset", id: id)
      #expect(first.bytes.isEmpty && first.ending == .rst)
      #expect(first.request.executed == executedFirst)
      var retry = RedirectRequest(authorization: bearer)
      // The pair has to be the same: the journal has what was sent.
      retry.repeatable(id: id, firstSent: first.request.repeatabilityFirstSent ?? "")
      let client = try RawClient(port: emulator.port)
      try client.send(retry.bytes)
      #expect(try client.readResponse().status == 204)
      let operation = try #require(emulator.operations.last)
      #expect(operation.attempts.map(\.executed) == [executedFirst, !executedFirst])
      #expect(operation.executed == 1)
    }
  }

  @Test("connection faults: refuse is RST on accept, silent is nothing until the client leaves")
  func connections() throws {
    try emulator.load(
      scenario:
        "connections: [{ name: none, connections: 1, fault: refuse }, { name: mute, connections: 2, fault: silent }]"
    )
    let refused = try RawClient(port: emulator.port)
    let end = try refused.readToEnd()
    #expect(end.bytes.isEmpty && end.ending == .rst)
    let silent = try RawClient(port: emulator.port, timeout: 1)
    try silent.send(RedirectRequest(authorization: bearer).bytes)
    #expect(throws: RawClient.Failure.self) { _ = try silent.readResponse() }
    let third = try RawClient(port: emulator.port)
    try third.send(RedirectRequest(authorization: bearer).bytes)
    #expect(try third.readResponse().status == 204)
  }

  @Test("five hundred delayed responses wait side by side")
  func delays() throws {
    try emulator.load(scenario: "rules: [{ name: slow, delay: 1h }]")
    let bytes = RedirectRequest(authorization: bearer).bytes
    let clients = try (0..<500).map { _ in try RawClient(port: emulator.port) }
    for client in clients { try client.send(bytes) }
    #expect(becomesTrue { emulator.requests.count { $0.end == nil } == 500 })
    #expect(emulator.unusedRulesOfDefault.isEmpty)
    for client in clients { client.abort() }
    #expect(becomesTrue { emulator.requests.allSatisfy { $0.end == .clientLeft } })
  }

  @Test("requests behind a plan are answered in order")
  func order() throws {
    try emulator.load(scenario: "rules: [{ name: slow, calls: 1..3, delay: 50ms }]")
    let ids = (0..<6).map { "request-\($0)" }
    let bytes = ids.flatMap { id in
      var request = RedirectRequest(authorization: bearer)
      request.fields = [("x-ms-client-request-id", id)]
      return request.bytes
    }
    let client = try RawClient(port: emulator.port)
    try client.send(bytes)
    for id in ids {
      let answer = try client.readResponse()
      #expect(answer.status == 204 && answer["x-ms-client-request-id"] == id)
    }
  }

  @Test(
    "sixty-four connections in parallel: counts of rules, executions and statuses add up exactly")
  func parallel() async throws {
    try emulator.load(
      scenario: """
        seed: 11
        rules:
          - { name: one in five, chance: 20%, respond: { status: 503 } }
          - { name: every third, every: 3, respond: { status: 429 } }
        """)
    let port = emulator.port
    let bytes = RedirectRequest(authorization: bearer).bytes
    let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<64 {
        group.addTask {
          let client = try RawClient(port: port)
          return try (0..<25).map { _ in
            try client.send(bytes)
            return try client.readResponse().status
          }
        }
      }
      return try await group.reduce(into: [Int]()) { $0 += $1 }
    }
    let counts = Dictionary(grouping: statuses, by: \.self).mapValues(\.count)
    let requests = emulator.requests
    #expect(statuses.count == 1_600 && requests.count == 1_600)
    #expect(requests.count { $0.rule == "one in five" } == counts[503])
    #expect(requests.count { $0.rule == "every third" } == counts[429])
    #expect(counts[429] == (1_600 - (counts[503] ?? 0)) / 3)
    #expect(requests.count { $0.executed } == counts[204])
    #expect((240...400).contains(counts[503] ?? 0), "\(counts)")
  }

  private static func lengths(_ text: String) throws -> (lengths: [Int], body: Int) {
    let parts = text.components(separatedBy: "\r\n\r\n")
    try #require(parts.count == 2)
    let lengths = parts[0].components(separatedBy: "\r\n").compactMap { line in
      line.hasPrefix("Content-Length: ") ? Int(line.dropFirst("Content-Length: ".count)) : nil
    }
    return (lengths, parts[1].utf8.count)
  }

  /// Reads a response as a careful client does.
  private static func strictly(_ bytes: [UInt8]) throws -> Int {
    struct Malformed: Error {}
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.components(separatedBy: "\r\n\r\n")
    let lines = parts[0].components(separatedBy: "\r\n")
    guard let status = Int(lines[0].split(separator: " ")[1]) else { throw Malformed() }
    for line in lines.dropFirst() where !line.contains(":") || line.contains("\0") {
      throw Malformed()
    }
    if parts[0].contains("chunked") {
      for line in parts.dropFirst().joined().components(separatedBy: "\r\n").enumerated()
      where line.offset % 2 == 0 && !line.element.isEmpty && Int(line.element, radix: 16) == nil {
        throw Malformed()
      }
    }
    return status
  }
}

extension Emulator {
  fileprivate var unusedRulesOfDefault: [String] { defaultResource.unusedRules }
}
