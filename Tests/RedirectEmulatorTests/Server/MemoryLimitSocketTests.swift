import Core
import RedirectCall
import RedirectEmulator
import TestSupport
import Testing

@Suite("What happens at --max-memory, over sockets", .serialized)
struct MemoryLimitSocketTests {
  private static let limit = 16 << 20

  private static func emulator(_ change: (inout Configuration) -> Void = { _ in }) async throws
    -> Emulator
  {
    var configuration = Configuration()
    configuration.maxMemory = limit
    change(&configuration)
    return try await Emulator.start(configuration)
  }

  /// A sample of `/metrics` with its label.
  private static func figure(_ name: String, _ kind: String, _ control: ControlClient) throws -> Int
  {
    try control.metric("\(name){kind=\"\(kind)\"}")
  }

  private static func refused(_ kind: String, _ control: ControlClient) throws -> Int {
    try figure("memory_refused_total", kind, control)
  }

  private static func request(_ authorization: String?, context count: Int) -> [UInt8] {
    var request = RedirectRequest(authorization: authorization)
    request.body =
      #"{"incomingCallContext":""# + String(repeating: "A", count: count)
      + #"","target":{"rawId":"4:+14255550123"}}"#
    return request.bytes
  }

  /// Registers calls until there is no memory for more.
  private static func fill(_ control: ControlClient, _ resource: String = "") throws -> RawResponse
  {
    let context = String(repeating: "x", count: 60_000)
    for number in 0..<1_000 {
      let answer = try control.call(
        "POST", "/_emulator\(resource)/calls",
        #"{"incomingCallContext":"\#(number)\#(context)","ringsFor":"1h"}"#)
      if answer.status != 201 { return answer }
    }
    throw Missing(description: "1,000 calls were registered")
  }

  private struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  @Test("health and metrics show what is used, and the limit")
  func figures() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let memory = try control.call("GET", "/_emulator/health").json()["memory"]
    #expect(memory["limit"].number == Self.limit)
    let used = try #require(memory["used"].number)
    #expect(used > 0 && used < Self.limit / 16)
    #expect(try control.metric("memory_limit_bytes") == Self.limit)
    #expect(try control.metric("memory_used_bytes") > 0)
    #expect(try Self.figure("memory_bytes", "connection", control) > 0)
  }

  @Test(
    "large bodies get 503, small ones are served, and all is given back when the clients leave",
    arguments: [false, true])
  func bodies(inChunks: Bool) async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let base = try control.metric("memory_used_bytes")
    let good = RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes
    let polite = try RawClient(port: emulator.port)

    let framing = inChunks ? "Transfer-Encoding: chunked" : "Content-Length: 1000000"
    var unfinished = Array(
      "POST /calling/callConnections:redirect?api-version=2026-03-12 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(framing)\r\n\r\n"
        .utf8)
    if inChunks { unfinished += Array("f4240\r\n".utf8) }
    unfinished += [UInt8](repeating: 0x20, count: 900_000)
    var greedy: [RawClient] = []
    for _ in 0..<20 {
      let client = try RawClient(port: emulator.port)
      try client.send(unfinished)
      greedy.append(client)
    }
    var answer: RawResponse?
    let isAnswered = try becomesTrue {
      answer = try greedy.first { try $0.hasInput() }?.readResponse()
      return answer != nil
    }
    #expect(isAnswered)
    #expect(try becomesTrue { try Self.refused("body", control) >= 4 })
    #expect(try Self.figure("memory_bytes", "body", control) <= Self.limit / 4 * 3)
    #expect(try Self.figure("memory_bytes", "body", control) > Self.limit / 4)

    // Neither whole nor in parts does a small one need what the large ones took.
    for part in [good.count, good.count / 2] {
      try polite.send(Array(good[..<part]))
      try polite.send(Array(good[part...]))
      #expect(try polite.readResponse().status == 204)
    }

    let refusal = try #require(answer)
    #expect(refusal.status == 503 && refusal.member("code") == "MemoryLimitReached")
    #expect(refusal.member("message")?.contains("--max-memory") == true, "\(refusal.text)")
    #expect(refusal["Connection"] == "close")
    let entry = try #require(emulator.requests.first { $0.status == 503 })
    #expect(entry.raw.count <= 65_536 && entry.failed?.stage == "http")

    for client in greedy { client.abort() }
    // A connection keeps a small buffer where a request came in parts: the polite client's may have.
    #expect(try becomesTrue { try Self.figure("memory_bytes", "body", control) <= 4_096 })
    emulator.defaultResource.clearRequests()
    // Its connection is one more than there was.
    #expect(try becomesTrue { try control.metric("memory_used_bytes") <= base + 8_192 })
    try polite.send(Self.request("Bearer " + (try emulator.token()), context: 900_000))
    #expect(try polite.readResponse().status == 204)
  }

  @Test("journals drop the oldest entries of all resources, and the newest are all there")
  func journals() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let older = try emulator.makeResource(ResourceSettings(name: "older"))
    let newer = try emulator.makeResource(ResourceSettings(name: "newer"))
    let client = try RawClient(port: emulator.port)
    for resource in [older, newer] {
      let request = Self.request("Bearer " + (try resource.token()), context: 18_000)
      for _ in 0..<180 {
        try client.send(request)
        #expect(try client.readResponse().status == 204)
      }
    }
    let dropped = Int(older.droppedRequests)
    #expect(dropped > 60 && dropped < 180 && newer.droppedRequests == 0)
    #expect(older.requests.first?.seq == UInt64(dropped + 1) && newer.requests.count == 180)
    #expect(try Self.refused("journal", control) == dropped)
    #expect(try control.metric("journal_dropped_total") == dropped)
    // All journals together have a limit of their own.
    let taken = try Self.figure("memory_bytes", "journal", control)
    #expect(taken <= Self.limit / 16 * 5 && taken > Self.limit / 4)

    // They make room for what cannot be dropped.
    _ = try Self.fill(control)
    #expect(Int(older.droppedRequests) > dropped && newer.droppedRequests == 0)
    #expect(try Self.figure("memory_bytes", "journal", control) < taken)
    #expect(try control.metric("memory_used_bytes") <= Self.limit)

    _ = emulator.removeResource(named: "older")
    _ = emulator.removeResource(named: "newer")
    emulator.defaultResource.reset()
    #expect(try Self.figure("memory_bytes", "journal", control) == 0)
    #expect(try Self.figure("memory_bytes", "call", control) == 0)
  }

  /// Sends this many requests, each with a request id of its own.
  private static func sendRepeatable(
    _ numbers: Range<Int>, token: String, _ client: borrowing RawClient, context count: Int = 100
  ) throws {
    let firstSent = Dates.imf()
    for number in numbers {
      var request = RedirectRequest(authorization: "Bearer " + token)
      let digits = String(number, radix: 16)
      let tail = String(repeating: "0", count: 12 - digits.count) + digits
      request.repeatable(id: "11111111-2222-4333-8444-\(tail)", firstSent: firstSent)
      request.body =
        #"{"incomingCallContext":""# + String(repeating: "A", count: count)
        + #"","target":{"rawId":"4:+14255550123"}}"#
      try client.send(request.bytes)
      #expect(try client.readResponse().status == 204)
    }
  }

  @Test("journals make room for request ids; where they have none, the oldest ids are dropped")
  func requestIDs() async throws {
    let emulator = try await Self.emulator { $0.journalLimit = 1_000_000 }
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let resources = try (0..<10).map {
      try emulator.makeResource(ResourceSettings(name: "team\($0)"))
    }
    let client = try RawClient(port: emulator.port)
    // Entries of 50 KB fill the journals' room and drop each other; ids find theirs all the same.
    for resource in resources {
      try Self.sendRepeatable(0..<40, token: resource.token(), client, context: 50_000)
    }
    #expect(try Self.refused("journal", control) > 0)
    #expect(try Self.refused("requestId", control) == 0)
    let taken = try Self.figure("memory_bytes", "requestId", control)
    #expect(taken > 40 * 10 * 72)

    // What nobody can be made to give leaves none for more.
    _ = try Self.fill(control)
    let small = String(repeating: "y", count: 1_000)
    while try control.call("POST", "/_emulator/calls", #"{"incomingCallContext":"\#(small)"}"#)
      .status == 201
    {}
    try Self.sendRepeatable(40..<640, token: resources[0].token(), client)
    #expect(try Self.refused("requestId", control) > 0)
    #expect(
      try control.metric("repeatability_evictions_total") == Self.refused("requestId", control))
    #expect(try control.metric("memory_used_bytes") <= Self.limit)
    #expect(try control.metric("repeatability_ids") >= 9 * 40)

    for number in 1..<10 { _ = emulator.removeResource(named: "team\(number)") }
    #expect(try Self.figure("memory_bytes", "requestId", control) < taken)
    resources[0].reset()
    emulator.defaultResource.reset()
    #expect(try Self.figure("memory_bytes", "requestId", control) == 0)
    try Self.sendRepeatable(0..<600, token: resources[0].token(), client)
    #expect(try control.metric("repeatability_ids") == 600)
  }

  @Test("ids of a resource that is busy no more make room once their window is past")
  func idleIDs() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let idle = try emulator.makeResource(ResourceSettings(name: "idle"))
    try Self.sendRepeatable(0..<2_000, token: idle.token(), RawClient(port: emulator.port))
    let taken = try Self.figure("memory_bytes", "requestId", control)
    #expect(taken > 2_000 * 40)
    _ = try Self.fill(control)
    func ring() throws -> Bool {
      try control.call("POST", "/_emulator/calls", #"{"ringsFor":"1h"}"#).status == 201
    }
    while try ring() {}
    #expect(try Self.figure("memory_bytes", "requestId", control) == taken)
    #expect(try control.metric("repeatability_ids") == 2_000)

    let clock = try control.call(
      "PUT", "/_emulator/resources/idle/clock", #"{"offset":"301s"}"#)
    #expect(clock.status == 200)
    // All resources are asked for such ids once a second at most.
    #expect(try becomesTrue { try ring() })
    #expect(try Self.figure("memory_bytes", "requestId", control) == 0)
    #expect(try control.metric("repeatability_ids") == 0)
    #expect(try control.metric("repeatability_evictions_total") == 0)
    #expect(try Self.refused("requestId", control) == 2_000)
  }

  @Test("a new call, resource or scenario gets 507, and finds room again after a reset")
  func refusals() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let call = try Self.fill(control)
    // Some bytes are left for which another of 60,000 is too large.
    let rest = String(repeating: "y", count: 30_000)
    _ = try control.call("POST", "/_emulator/calls", #"{"incomingCallContext":"\#(rest)"}"#)
    // Contexts made here differ in size. In the end there is less left than anything takes.
    for small in ["{}", #"{"context":"short"}"#, #"{"incomingCallContext":"z"}"#] {
      while try control.call("POST", "/_emulator/calls", small).status == 201 {}
    }
    let answers = [
      ("call", call),
      ("resource", try control.call("POST", "/_emulator/resources", "{}")),
      ("scenario", try control.call("PUT", "/_emulator/scenario", "rules: [{ fault: reset }]")),
    ]
    for (kind, answer) in answers {
      #expect(answer.status == 507 && answer.member("code") == "MemoryLimitReached", "\(kind)")
      #expect(answer.member("message")?.contains("--max-memory") == true, "\(answer.text)")
      #expect(try Self.refused(kind, control) >= 1, "\(kind)")
    }
    let error = #expect(throws: ResourceError.self) { try emulator.makeResource() }
    guard case .noMemory(_, Self.limit) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // Whoever owns the emulator is not refused.
    emulator.defaultResource.registerCall("mine")
    try emulator.load(scenario: "rules: [{ name: mine, fault: reset }]")
    #expect(emulator.defaultResource.unusedRules == ["mine"])

    #expect(try control.call("POST", "/_emulator/reset?scenario=clear").status == 204)
    #expect(try Self.figure("memory_bytes", "call", control) == 0)
    #expect(try Self.figure("memory_bytes", "scenario", control) == 0)
    #expect(try control.call("POST", "/_emulator/calls", "{}").status == 201)
    #expect(
      try control.call("PUT", "/_emulator/scenario", "rules: [{ fault: reset }]").status == 200)
    #expect(
      try control.call("POST", "/_emulator/resources", #"{"name":"again"}"#).status == 201)
    #expect(try control.call("DELETE", "/_emulator/resources/again").status == 200)
    #expect(try control.call("DELETE", "/_emulator/scenario").status == 204)
    #expect(try Self.figure("memory_bytes", "scenario", control) == 0)
  }

  @Test("a scenario that is refused for what it says takes nothing")
  func wrongScenarios() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    #expect(
      try control.call("PUT", "/_emulator/scenario", "rules: [{ falt: reset }]").status == 400)
    #expect(
      try control.call("POST", "/_emulator/resources", #"{"scenario":"rules: 1"}"#).status == 400)
    #expect(
      try control.call("POST", "/_emulator/resources", #"{"name":"no label!"}"#).status == 400)
    #expect(try Self.figure("memory_bytes", "scenario", control) == 0)
  }

  @Test("a reader of events that there is no memory for learns what it missed, and is disconnected")
  func events() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    var readers: [RawClient] = []
    for _ in 0..<24 {
      let reader = try RawClient(port: emulator.port, receiveBuffer: 4_096)
      try reader.send(ControlClient.bytes("GET", "/_emulator/events"))
      readers.append(reader)
    }
    let request = Self.request("Bearer " + (try emulator.token()), context: 60_000)
    let client = try RawClient(port: emulator.port)
    /// Sends requests until something is so, which their events bring about.
    func send(until condition: () throws -> Bool) throws -> Bool {
      try becomesTrue(within: 60) {
        try client.send(request)
        guard try client.readResponse().status == 204 else { return false }
        return try condition()
      }
    }
    let isRefused = try send { try Self.refused("event", control) >= 1 }
    #expect(isRefused)
    #expect(try Self.figure("memory_bytes", "event", control) <= Self.limit / 4 * 3)
    #expect(try control.metric("event_readers_dropped_total") >= 1)
    // Those that had room have no more than a mebibyte of it.
    let areAllDropped = try send {
      try control.metric("event_readers_dropped_total") == readers.count
    }
    #expect(areAllDropped)
    // It finds out as it reads on.
    let seen = try readers[0].readToEnd()
    #expect(seen.ending == .fin)
    #expect(
      String(decoding: seen.bytes.suffix(60), as: UTF8.self).contains("event: missed\ndata: "))
    for reader in readers { reader.abort() }
    #expect(try becomesTrue { try Self.figure("memory_bytes", "event", control) == 0 })
  }

  @Test("a client that does not read its responses is reset where there is no memory for them")
  func responses() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let body = String(repeating: "b", count: 1_000_000)
    try emulator.load(scenario: #"{"rules":[{"respond":{"status":500,"body":"\#(body)"}}]}"#)
    let request = RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes
    // The kernel takes some mebibytes for each.
    let pipeline = Array(repeatElement(request, count: 8).joined())
    var greedy: [RawClient] = []
    for _ in 0..<16 {
      let client = try RawClient(port: emulator.port, receiveBuffer: 4_096)
      try client.send(pipeline)
      greedy.append(client)
    }
    #expect(try becomesTrue { try Self.refused("response", control) >= 1 })
    #expect(try Self.figure("memory_bytes", "response", control) <= Self.limit / 4 * 3)
    for client in greedy { client.abort() }
    #expect(try becomesTrue { try Self.figure("memory_bytes", "response", control) == 0 })

    // Of the control API it is 503, before a byte is sent.
    let large = Self.request("Bearer " + (try emulator.token()), context: 60_000)
    emulator.defaultResource.removeScenario()
    let client = try RawClient(port: emulator.port)
    try client.send(large)
    #expect(try client.readResponse().status == 204)
    let seq = try #require(emulator.requests.last).seq
    #expect(try control.call("GET", "/_emulator/requests/\(seq)").status == 200)
    emulator.defaultResource.registerCall(String(repeating: "x", count: Self.limit / 4 * 3))
    let refusal = try control.call("GET", "/_emulator/requests/\(seq)")
    #expect(refusal.status == 503 && refusal.member("code") == "MemoryLimitReached")
    #expect(try control.call("GET", "/_emulator/health").status == 200)
  }

  @Test("what a rule is going to send counts while it waits, and so does the request")
  func plans() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    try emulator.load(scenario: "rules: [{ fault: hang }]")
    let request = Self.request("Bearer " + (try emulator.token()), context: 900_000)
    /// What is held, and how much was refused.
    func figures() throws -> [Int] {
      [
        try Self.figure("memory_bytes", "response", control),
        try Self.refused("response", control) + Self.refused("body", control),
      ]
    }
    var held: [RawClient] = []
    for _ in 0..<20 {
      let client = try RawClient(port: emulator.port)
      let before = try figures()
      try client.send(request)
      held.append(client)
      #expect(try becomesTrue { try figures() != before })
    }
    // Those that come late are refused before there is a response.
    #expect(try figures()[1] >= 4)
    #expect(try Self.figure("memory_bytes", "response", control) > Self.limit / 2)
    #expect(try Self.figure("memory_bytes", "response", control) <= Self.limit / 4 * 3)
    for client in held { client.abort() }
    #expect(try becomesTrue { try Self.figure("memory_bytes", "response", control) == 0 })
  }

  @Test("a connection gets 503, and one that speaks TLS ends before its handshake")
  func connections() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    func room() throws -> Int {
      Self.limit / 8 * 7
        - (try control.metric("memory_used_bytes") - Self.figure("memory_bytes", "journal", control))
    }
    func register(leaving bytes: Int) throws {
      let count = try room() - bytes
      let resource = emulator.defaultResource
      // Whatever a call takes beside its text, it is the same for each text.
      let before = try Self.figure("memory_bytes", "call", control)
      resource.registerCall("x")
      let cost = try Self.figure("memory_bytes", "call", control) - before - 1
      resource.registerCall(String(repeating: "x", count: count - 2 * cost - 1))
    }
    // Enough for a connection, and not for its session.
    try register(leaving: 20_000)
    #expect(throws: RawClient.Failure.self) { _ = try RawClient(port: emulator.port, .https) }
    #expect(try Self.refused("tls", control) == 1)
    #expect(try becomesTrue { try room() == 20_000 })
    try register(leaving: 100)
    let client = try RawClient(port: emulator.port)
    let answer = try client.readResponse()
    #expect(answer.status == 503 && answer.member("code") == "MemoryLimitReached")
    #expect(try Self.refused("connection", control) == 1)
    emulator.defaultResource.reset()
    let polite = try RawClient(port: emulator.port, .https)
    try polite.send(RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes)
    #expect(try polite.readResponse().status == 204)
  }

  @Test("of a request that nobody's credential came with 64 KiB are kept")
  func cut() async throws {
    let emulator = try await Self.emulator()
    defer { emulator.stop() }
    let client = try RawClient(port: emulator.port)
    let token = "Bearer " + (try emulator.token())
    let whole = Self.request(nil, context: 200_000)
    try client.send(whole)
    #expect(try client.readResponse().status == 401)
    try client.send(Self.request(token, context: 200_000))
    #expect(try client.readResponse().status == 204)
    // Refused, but it is somebody's.
    var wrong = RedirectRequest(authorization: token)
    wrong.body = #"{"incomingCallContext":""# + String(repeating: "A", count: 200_000) + #""}"#
    try client.send(wrong.bytes)
    #expect(try client.readResponse().status == 400)
    let requests = emulator.requests
    try #require(requests.count == 3)
    #expect(requests[0].raw.count == 65_536)
    #expect(requests[0].cutBytes == whole.count - 65_536)
    #expect(requests[0].raw == Array(whole[..<65_536]))
    #expect(requests[1].cutBytes == 0 && requests[1].raw.count > 200_000)
    #expect(requests[2].cutBytes == 0 && requests[2].raw.count > 200_000)
    let shown = try ControlClient(port: emulator.port).call("GET", "/_emulator/requests/1").json()
    #expect(shown["cutBytes"].number == whole.count - 65_536)
  }
}
