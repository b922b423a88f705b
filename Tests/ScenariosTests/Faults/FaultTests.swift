import HTTP1
import RedirectCall
import Scenarios
import Testing

@Suite struct FaultTests {
  static let common = [ResponseField("Server", "redirect-emulator")]
  static let success = DraftResponse(status: 204, fields: common)
  static let head204 = "HTTP/1.1 204 No Content\r\nServer: redirect-emulator\r\n"
  static let error = #"{"error":{"code":"C","message":"M"}}"#
  static let errorFields =
    "Content-Type: application/json; charset=utf-8\r\nx-ms-error-code: C\r\n"

  /// What a rule comes to on the wire, as text: bytes as they are, other steps in brackets.
  static func wire(_ action: String, closes: Bool = false) throws -> String {
    try plan(action, closes: closes).steps.map { step in
      switch step {
      case .send(let bytes): String(decoding: bytes, as: UTF8.self)
      case .pace(let bytes, let chunk, let every): "[\(bytes.count) by \(chunk) every \(every)]"
      case .wait(let duration): "[wait \(duration)]"
      case .execute: "[execute]"
      case .hold: "[hold]"
      case .stopReading: "[stop]"
      case .shutdown: "[shutdown]"
      case .close: "[FIN]"
      case .reset: "[RST]"
      case .keepAlive: "[keep]"
      }
    }.joined()
  }

  /// What a rule comes to.
  static func plan(_ action: String, closes: Bool = false) throws -> WirePlan {
    var engine = ScenarioEngine(
      try ScenarioDecoder.decode("rules: [{ \(action) }]"), loadedAt: .seconds(0))
    let decided = engine.decide(SampleRequest(), now: .seconds(0))
    let decision = try #require(decided)
    let answer = decision.response(common: common, now: .seconds(0)) ?? success
    return PlanBuilder.plan(response: answer, decision: decision, closes: closes)
  }

  static let respond = "respond: { status: 503, error: { code: C, message: M } }"
  static let head503 =
    "HTTP/1.1 503 Service Unavailable\r\nServer: redirect-emulator\r\n" + errorFields

  static let page =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n"

  static let onTheWire: [(action: String, wire: String)] = [
    ("fault: reset", "[RST]"),
    ("after: execution, fault: { reset: { afterBytes: 12 } }", "HTTP/1.1 204[RST]"),
    ("after: execution, fault: { reset: { afterBytes: 1MiB } }", "\(head204)\r\n[RST]"),
    ("fault: empty", "[FIN]"),
    ("fault: hang", "[hold]"),
    ("fault: { hang: { for: 30s } }", "[wait 30.0 seconds][FIN]"),
    ("after: execution, fault: { truncate: { atBytes: 12 } }", "HTTP/1.1 204[FIN]"),
    ("after: execution, fault: { truncate: { at: 20% } }", "HTTP/1.1 2[FIN]"),
    ("after: execution, fault: { truncate: { at: 100% } }", "\(head204)\r[FIN]"),
    ("after: execution, fault: { truncate: { atBytes: 0 } }", "[FIN]"),
    (
      "\(respond), fault: badStatusLine",
      "HTTP/1.1 2oh4 Not A Status\r\nServer: redirect-emulator\r\n\(errorFields)Content-Length: 36\r\n\r\n\(error)[FIN]"
    ),
    (
      "\(respond), fault: badHeader",
      "HTTP/1.1 503 Service Unavailable\r\nthis is\0no field line\r\nServer: redirect-emulator\r\n\(errorFields)Content-Length: 36\r\n\r\n\(error)[FIN]"
    ),
    (
      "\(respond), fault: badChunk",
      "\(head503)Transfer-Encoding: chunked\r\n\r\n12\r\n\(error.prefix(18))\r\nxyz\r\n\(error.dropFirst(18))\r\n0\r\n\r\n[FIN]"
    ),
    (
      "after: execution, fault: badChunk",
      "\(head204)Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n0\r\n\r\n[FIN]"
    ),
    ("\(respond), fault: wrongLength", "\(head503)Content-Length: 46\r\n\r\n\(error)[FIN]"),
    (
      "\(respond), fault: { wrongLength: { by: -6 } }",
      "\(head503)Content-Length: 30\r\n\r\n\(error)[FIN]"
    ),
    (
      "\(respond), fault: { wrongLength: { by: -99 } }",
      "\(head503)Content-Length: 0\r\n\r\n\(error)[FIN]"
    ),
    ("after: execution, fault: wrongLength", "\(head204)Content-Length: 10\r\n\r\n[FIN]"),
    (
      "\(respond), fault: duplicateLength",
      "\(head503)Content-Length: 36\r\nContent-Length: 37\r\n\r\n\(error)[FIN]"
    ),
    (
      "fault: bodyOn204",
      "\(head204)Content-Length: 19\r\nContent-Type: application/json\r\n\r\n{\"redirected\":true}[keep]"
    ),
    ("fault: interim", "HTTP/1.1 103 Early Hints\r\n\r\n\(head204)\r\n[keep]"),
    (
      "fault: { interim: { count: 2, status: 100 } }",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n\(head204)\r\n[keep]"
    ),
    ("fault: closeAfter", "\(head204)Connection: close\r\n\r\n[FIN]"),
    ("fault: http10", "HTTP/1.0 204 No Content\r\nServer: redirect-emulator\r\n\r\n[FIN]"),
    (
      "\(respond), fault: badJSON",
      "\(head503)Content-Length: 18\r\n\r\n\(error.prefix(18))[keep]"
    ),
    (
      "\(respond), fault: badGzip",
      "\(head503)Content-Encoding: gzip\r\nContent-Length: 36\r\n\r\n\(error)[keep]"
    ),
    (
      "\(respond), fault: wrongContentType",
      "HTTP/1.1 503 Service Unavailable\r\nServer: redirect-emulator\r\nx-ms-error-code: C\r\nContent-Type: text/plain\r\nContent-Length: 36\r\n\r\n\(error)[keep]"
    ),
    (
      "fault: notJSON",
      "HTTP/1.1 502 Bad Gateway\r\nServer: redirect-emulator\r\nContent-Type: text/html\r\nContent-Length: 152\r\n\r\n\(page)[keep]"
    ),
    ("fault: stallRead", "[stop][hold]"),
    ("delay: 250ms", "[wait 0.25 seconds]\(head204)\r\n[keep]"),
    ("delay: 250ms, fault: reset", "[wait 0.25 seconds][RST]"),
    ("pace: { chunk: 10, every: 5ms }", "[54 by 10 every 0.005 seconds][keep]"),
    ("pace: { bytesPerSecond: 100 }", "[54 by 10 every 0.1 seconds][keep]"),
    ("pace: { bytesPerSecond: 5 }", "[54 by 1 every 0.2 seconds][keep]"),
    ("pace: { bytesPerSecond: 100, every: 200ms }", "[54 by 20 every 0.2 seconds][keep]"),
    ("pace: { bytesPerSecond: 100, chunk: 5 }", "[54 by 5 every 0.05 seconds][keep]"),
    ("pass: true", "\(head204)\r\n[keep]"),
    (
      "respond: { status: 200, body: hi }",
      "HTTP/1.1 200 OK\r\nServer: redirect-emulator\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\nhi[keep]"
    ),
    (
      "respond: { status: 503, body: '', contentType: text/html, headers: { Server: x, x-y: 5 } }",
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\nServer: x\r\nx-y: 5\r\nContent-Length: 0\r\n\r\n[keep]"
    ),
    ("respond: { status: 204 }", "\(head204)\r\n[keep]"),
  ]

  @Test("a fault is on the wire what its name says", arguments: onTheWire)
  func wire(_ action: String, _ expected: String) throws {
    #expect(try Self.wire(action) == expected)
  }

  @Test("a connection that ends anyway is closed after the plan")
  func closes() throws {
    #expect(try Self.plan("delay: 1s", closes: true).closes)
    #expect(try !Self.plan("delay: 1s").closes)
  }

  @Test(
    "a fault that needs content and has none spoils an error",
    arguments: [
      ("fault: notJSON", "HTTP/1.1 502 Bad Gateway\r\n", "<h1>502 Bad Gateway</h1>"),
      (
        "after: execution, fault: notJSON", "HTTP/1.1 502 Bad Gateway\r\n",
        "Content-Type: text/html\r\n"
      ),
      ("\(respond), fault: notJSON", "HTTP/1.1 503 Service Unavailable\r\n", "<h1>503 Service"),
      (
        "fault: badJSON", "HTTP/1.1 500 Internal Server Error\r\n",
        "{\"error\":{\"code\":\"Internal"
      ),
      ("after: execution, fault: badGzip", "HTTP/1.1 500 Internal Server Error\r\n", "gzip"),
      ("fault: wrongContentType", "HTTP/1.1 500 Internal Server Error\r\n", "text/plain"),
    ])
  func withoutContent(_ action: String, _ start: String, _ part: String) throws {
    let wire = try Self.wire(action)
    #expect(wire.hasPrefix(start))
    #expect(wire.contains(part))
  }

  @Test("garbage is the same for the same seed and request, and no constant")
  func garbage() throws {
    func bytes(seed: Int, request: Int) throws -> [UInt8] {
      var engine = ScenarioEngine(
        try ScenarioDecoder.decode(
          "seed: \(seed)\nrules: [{ fault: { garbage: { bytes: 100 } } }]"),
        loadedAt: .seconds(0))
      var decision: Decision?
      for _ in 0..<request { decision = engine.decide(SampleRequest(), now: .seconds(0)) }
      let plan = PlanBuilder.plan(response: Self.success, decision: try #require(decision))
      guard case .send(let bytes) = plan.steps.first else { return [] }
      #expect(plan.steps.last == .close)
      return bytes
    }
    let first = try bytes(seed: 1, request: 1)
    #expect(first.count == 100)
    #expect(Set(first).count > 50)
    #expect(try bytes(seed: 1, request: 1) == first)
    #expect(try bytes(seed: 1, request: 2) != first)
    #expect(try bytes(seed: 2, request: 1) != first)
  }

  @Test(
    "a response asks for a wait in the service's fields",
    arguments: [
      ("retryAfter: 1s", ["Retry-After: 1"], 1_000),
      ("retryAfter: 1.5s", ["Retry-After: 2"], 2_000),
      ("retryAfter: 0s", ["Retry-After: 0"], 0),
      (
        "retryAfter: 100ms", ["Retry-After: 1", "retry-after-ms: 100", "x-ms-retry-after-ms: 100"],
        100
      ),
      ("retryAfterMs: 300", ["retry-after-ms: 300", "x-ms-retry-after-ms: 300"], 300),
      (
        "retryAfter: 2s, retryAfterMs: 50",
        ["Retry-After: 2", "retry-after-ms: 50", "x-ms-retry-after-ms: 50"], 50
      ),
      ("retryAfter: { date: 10s }", ["Retry-After: Sun, 06 Nov 1994 08:49:48 GMT"], 10_500),
    ])
  func waits(_ member: String, _ expected: [String], _ milliseconds: Int64) throws {
    var engine = ScenarioEngine(
      try ScenarioDecoder.decode("rules: [{ respond: { status: 429, \(member) } }]"),
      loadedAt: .seconds(0))
    let decided = engine.decide(SampleRequest(), now: .seconds(0))
    let decision = try #require(decided)
    // 08:49:37.5
    let answer = try #require(decision.response(common: [], now: .seconds(784_111_777.5)))
    let fields = answer.fields.filter { $0.name.lowercased().contains("retry") }
    #expect(fields.map { "\($0.name): \($0.value)" } == expected)
    #expect(answer.askedWait == milliseconds * 1_000_000)
  }

  @Test(
    "a status alone has the service's code and words",
    arguments: [(429, "8516"), (503, "ServiceUnavailable"), (418, "Unassigned"), (401, "Denied")])
  func defaults(_ status: Int, _ code: String) {
    #expect(DefaultError.error(status).code == code)
  }

  @Test("the table has no name twice, and each fault of a request has a line above")
  func table() throws {
    let names = FaultTable.rows.map(\.name)
    #expect(Set(names).count == names.count)
    for row in FaultTable.rows where row.level == .request {
      // Garbage is random: its test is its own.
      let pattern = try Regex("\\b\(row.name)\\b")
      #expect(
        row.name == "garbage" || Self.onTheWire.contains { $0.action.contains(pattern) },
        "\(row.name) is not among the faults on the wire")
    }
    #expect(FaultTable.rows.allSatisfy { $0.sees.hasSuffix(".") })
  }

  static let throttled = "respond: { status: 429, error: { code: C, message: M }, retryAfter: 2s }"

  @Test(
    "a plan says what a client can read in what it sends: status, code and wait",
    arguments: [
      ("delay: 1s", 204, nil, nil),
      (throttled, 429, "C", 2_000_000_000),
      ("\(throttled), pace: { bytesPerSecond: 10 }", 429, "C", 2_000_000_000),
      ("respond: { status: 503, headers: { X-MS-Error-Code: Own } }", 503, "Own", nil),
      ("\(throttled), fault: empty", nil, nil, nil),
      ("\(throttled), fault: hang", nil, nil, nil),
      ("\(throttled), fault: stallRead", nil, nil, nil),
      ("\(throttled), fault: garbage", nil, nil, nil),
      ("\(throttled), fault: badStatusLine", nil, nil, nil),
      ("\(throttled), fault: reset", nil, nil, nil),
      ("\(throttled), fault: { reset: { afterBytes: 11 } }", nil, nil, nil),
      ("\(throttled), fault: { reset: { afterBytes: 12 } }", 429, nil, nil),
      // The line of Retry-After ends at byte 142, but the head does not.
      ("\(throttled), fault: { reset: { afterBytes: 142 } }", 429, nil, nil),
      ("\(throttled), fault: { truncate: { atBytes: 142 } }", 429, nil, nil),
      ("\(throttled), fault: { reset: { afterBytes: 1MiB } }", 429, "C", 2_000_000_000),
      ("\(throttled), fault: badHeader", 429, "C", 2_000_000_000),
      ("\(throttled), fault: badChunk", 429, "C", 2_000_000_000),
      ("\(throttled), fault: http10", 429, "C", 2_000_000_000),
      ("\(throttled), fault: { interim: { count: 2 } }", 429, "C", 2_000_000_000),
      ("\(throttled), fault: notJSON", 429, nil, 2_000_000_000),
      ("fault: notJSON", 502, nil, nil),
      ("fault: badGzip", 500, "InternalServerError", nil),
      ("fault: interim", 204, nil, nil),
      ("fault: bodyOn204", 204, nil, nil),
    ] as [(String, Int?, String?, Int64?)])
  func readable(_ action: String, _ status: Int?, _ code: String?, _ wait: Int64?) throws {
    let plan = try Self.plan(action)
    #expect(plan.status == status)
    #expect(plan.errorCode == code)
    #expect(plan.retryAfter == wait)
  }
}
