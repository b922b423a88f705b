import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Connections: how messages are cut, when they end, and what bounds them")
struct ConnectionSocketTests {
  private static func emulator(_ change: (inout Configuration) -> Void = { _ in }) async throws
    -> (Emulator, RedirectRequest)
  {
    var configuration = Configuration()
    change(&configuration)
    let emulator = try await Emulator.start(configuration)
    let token = try emulator.token()
    return (emulator, RedirectRequest(authorization: "Bearer " + token))
  }

  private static func chunked(_ request: RedirectRequest, trailer: String = "") -> [UInt8] {
    var text = "POST \(request.target) HTTP/1.1\r\nHost: \(request.host)\r\n"
    text += "Authorization: \(request.authorization ?? "")\r\nContent-Type: application/json\r\n"
    text += "Transfer-Encoding: chunked\r\n\r\n"
    let body = Array(request.body)
    for start in stride(from: 0, to: body.count, by: 40) {
      let part = String(body[start..<min(start + 40, body.count)])
      text += String(part.utf8.count, radix: 16) + ";of=\"it\"\r\n" + part + "\r\n"
    }
    return Array((text + "0\r\n\(trailer)\r\n").utf8)
  }

  @Test("a request that is cut in two at any byte is answered as one", arguments: [false, true])
  func everyCut(_ isChunked: Bool) async throws {
    let (emulator, request) = try await Self.emulator()
    defer { emulator.stop() }
    let bytes =
      isChunked ? Self.chunked(request, trailer: "Expires: never\r\n") : request.bytes
    let client = try RawClient(port: emulator.port)
    let barrier = try ControlClient(port: emulator.port)
    for cut in 1..<bytes.count {
      try client.send(Array(bytes[..<cut]))
      // The one loop has read the first part when it answers what came behind it.
      _ = try barrier.call("GET", "/_emulator/health")
      try client.send(Array(bytes[cut...]))
      let answer = try client.readResponse()
      try #require(answer.status == 204, "cut at \(cut): \(answer.statusLine) \(answer.text)")
    }
    let bodies = Set(emulator.requests.map { String(decoding: $0.body, as: UTF8.self) })
    #expect(bodies == [request.body])
  }

  @Test(
    "a connection continues or ends as its version and the client say, and says so",
    arguments: [
      ("1.1", nil, false, nil), ("1.1", "close", true, "close"), ("1.1", "Close", true, "close"),
      ("1.1", "keep-alive, close", true, "close"), ("1.1", "keep-alive", false, nil),
      ("1.0", nil, true, "close"), ("1.0", "keep-alive", false, "keep-alive"),
      ("1.0", "close", true, "close"),
    ] as [(String, String?, Bool, String?)])
  func persistence(_ version: String, _ option: String?, _ ends: Bool, _ told: String?)
    async throws
  {
    let (emulator, good) = try await Self.emulator()
    defer { emulator.stop() }
    var request = good
    if let option { request.fields = [("Connection", option)] }
    let text = String(decoding: request.bytes, as: UTF8.self)
      .replacingOccurrences(of: "HTTP/1.1", with: "HTTP/" + version)
    let client = try RawClient(port: emulator.port)
    try client.send(text)
    let answer = try client.readResponse()
    #expect(answer.status == 204)
    #expect(answer["Connection"] == told)
    if ends {
      #expect(try client.readToEnd().ending == .fin)
    } else {
      try client.send(good.bytes)
      #expect(try client.readResponse().status == 204)
    }
  }

  @Test("a response to HEAD has the length of the content that it does not have")
  func head() async throws {
    let (emulator, good) = try await Self.emulator()
    defer { emulator.stop() }
    let client = try RawClient(port: emulator.port)
    var request = good
    request.method = "GET"
    try client.send(request.bytes)
    let get = try client.readResponse()
    request.method = "HEAD"
    try client.send(request.bytes)
    let head = try client.readResponse(toHEAD: true)
    #expect(head.status == 405 && head.body.isEmpty)
    // The messages name the method, which is a letter longer here.
    #expect(head["Content-Length"] == String(get.body.count + 1))
    try client.send(good.bytes)
    #expect(try client.readResponse().status == 204)
  }

  @Test("100 Continue is sent to who waits for it, and to nobody else")
  func expectation() async throws {
    let (emulator, good) = try await Self.emulator { $0.limits.bodyBytes = 1_000 }
    defer { emulator.stop() }
    var request = good
    request.fields = [("Expect", "100-Continue")]
    let head = Array(request.bytes.dropLast(request.body.utf8.count))

    let patient = try RawClient(port: emulator.port)
    for _ in 0..<2 {
      try patient.send(head)
      #expect(try patient.readResponse().status == 100)
      try patient.send(request.body)
      #expect(try patient.readResponse().status == 204)
    }

    let hasty = try RawClient(port: emulator.port)
    try hasty.send(request.bytes)
    #expect(try hasty.readResponse().status == 204)

    let old = try RawClient(port: emulator.port)
    try old.send(
      String(decoding: request.bytes, as: UTF8.self)
        .replacingOccurrences(of: "HTTP/1.1", with: "HTTP/1.0"))
    #expect(try old.readResponse().status == 204)

    let large = try RawClient(port: emulator.port)
    try large.send(
      String(decoding: head, as: UTF8.self).replacingOccurrences(
        of: "Content-Length: \(request.body.utf8.count)", with: "Content-Length: 1001"))
    #expect(try large.readResponse().status == 413)
    #expect(try large.readToEnd().ending == .fin)

    request.fields = [("Expect", "200-ok")]
    let odd = try RawClient(port: emulator.port)
    try odd.send(request.bytes)
    #expect(try odd.readResponse().status == 417)
  }

  @Test("a message at the limits is served, and one byte more is refused and ends the connection")
  func limits() async throws {
    let (emulator, good) = try await Self.emulator {
      $0.limits.headerBytes = 2_000
      $0.limits.bodyBytes = 500
    }
    defer { emulator.stop() }
    func sized(head: Int? = nil, body: Int? = nil) -> RedirectRequest {
      var request = good
      if let body {
        request.body +=
          String(repeating: " ", count: body - request.body.utf8.count)
      }
      if let head {
        request.fields = [("x-pad", "")]
        let own = request.bytes.count - request.body.utf8.count
        request.fields = [("x-pad", String(repeating: "a", count: head - own))]
      }
      return request
    }
    let cases: [([UInt8], Int, String?)] = [
      (sized(head: 2_000).bytes, 204, nil),
      (sized(head: 2_001).bytes, 431, "HeaderTooLarge"),
      (sized(body: 500).bytes, 204, nil),
      (sized(body: 501).bytes, 413, "BodyTooLarge"),
      (Self.chunked(sized(body: 500)), 204, nil),
      (Self.chunked(sized(body: 501)), 413, "BodyTooLarge"),
    ]
    for (index, (bytes, status, code)) in cases.enumerated() {
      let client = try RawClient(port: emulator.port)
      try client.send(bytes)
      let answer = try client.readResponse()
      #expect(answer.status == status, "case \(index): \(answer.statusLine) \(answer.text)")
      #expect(answer["x-ms-error-code"] == code, "case \(index)")
      if status >= 400 {
        #expect(answer["Connection"] == "close")
        #expect(try client.readToEnd().ending == .fin)
      }
    }
  }

  @Test(
    "a refusal by HTTP says whose request it was, where that was read before the fault",
    arguments: [
      ("ID: c-1\r\nContent-Length: 99999999", 413, "c-1"),
      ("Content-Length: 99999999\r\nID: c-2", 413, nil),
      ("ID: c-3\r\nExpect: a-miracle", 417, "c-3"), ("ID: c-4\r\nbad name: 1", 400, "c-4"),
      ("bad name: 1\r\nID: c-5", 400, nil),
      ("ID: c-6\r\nTransfer-Encoding: chunked\r\n\r\nxyz", 400, "c-6"),
      ("ID: c-7\r\nContent-Length: 50\r\n\r\n{", 408, "c-7"),
    ])
  func refusalsNameTheirRequest(_ fields: String, _ status: Int, _ id: String?) async throws {
    let (emulator, _) = try await Self.emulator { $0.limits.idleTimeout = .milliseconds(200) }
    defer { emulator.stop() }
    let client = try RawClient(port: emulator.port)
    try client.send(
      "POST \(RedirectRequest(authorization: nil).target) HTTP/1.1\r\nHost: localhost\r\n"
        + fields.replacing("ID:", with: "x-ms-client-request-id:") + "\r\n\r\n")
    let answer = try client.readResponse()
    #expect(answer.status == status)
    #expect(answer["x-ms-client-request-id"] == id)
  }

  @Test("a target of 8 KiB is read, and a longer one is 414")
  func target() async throws {
    let (emulator, good) = try await Self.emulator()
    defer { emulator.stop() }
    for (length, status) in [(8_192, 204), (8_193, 414)] {
      var request = good
      request.target += "&x="
      request.target += String(repeating: "a", count: length - request.target.utf8.count)
      let client = try RawClient(port: emulator.port)
      try client.send(request.bytes)
      let answer = try client.readResponse()
      #expect(answer.status == status, "\(length): \(answer.statusLine) \(answer.text)")
    }
  }

  @Test(
    "a stop lets a response on its way arrive, and ends idle connections, without waiting longer")
  func stop() async throws {
    let (emulator, good) = try await Self.emulator()
    try emulator.load(scenario: "rules: [{ name: slow, delay: 2s }]")
    let idle = try RawClient(port: emulator.port)
    try idle.send(ControlClient.bytes("GET", "/_emulator/health"))
    #expect(try idle.readResponse().status == 200)
    let half = try RawClient(port: emulator.port)
    try half.send(Array(good.bytes.prefix(100)))
    let waiting = try RawClient(port: emulator.port)
    try waiting.send(good.bytes)
    #expect(becomesTrue { emulator.requests.count == 1 })
    let stopping = Thread { emulator.stop() }
    stopping.start()
    let end = try idle.readToEnd()
    #expect(end.bytes.isEmpty && end.ending == .fin)
    #expect(try half.readToEnd().bytes.isEmpty)
    // Those that wait for nothing are ended first, and the stop continues until the response was sent.
    #expect(try !waiting.hasInput() && !stopping.isFinished)
    #expect(try waiting.readResponse().status == 204)
    #expect(try waiting.readToEnd().ending == .fin)
    #expect(becomesTrue { stopping.isFinished })
    #expect(throws: RawClient.Failure.self) { _ = try RawClient(port: emulator.port) }
  }

  @Test("with several loops a pair that comes on eight connections at once is executed once")
  func parallelRepeats() async throws {
    let (emulator, good) = try await Self.emulator { $0.threads = 3 }
    defer { emulator.stop() }
    let port = emulator.port
    let date = Dates.imf()
    let ids = (0..<25).map { _ in UUID().uuidString }
    try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let client = try RawClient(port: port)
          var statuses: [Int] = []
          for id in ids {
            var request = good
            request.repeatable(id: id, firstSent: date)
            try client.send(request.bytes)
            let answer = try client.readResponse()
            statuses.append(answer["Repeatability-Result"] == "accepted" ? answer.status : 0)
          }
          return statuses
        }
      }
      for try await statuses in group {
        #expect(statuses.allSatisfy { $0 == 204 || $0 == 409 }, "\(statuses)")
      }
    }
    let operations = emulator.operations
    #expect(operations.map(\.executed) == Array(repeating: 1, count: 25))
    #expect(operations.allSatisfy { $0.attempts.count == 8 })
    #expect(emulator.totals.executed == 25)
  }
}
