import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite(.serialized)
struct HostileClientTests {
  /// How many sockets with this local port are held by a descriptor of somebody's, proc(5): the inode in the tenth
  /// column is then not 0. Other suites run beside this one, so that all of the process's descriptors tell nothing.
  private static func openSockets(_ port: UInt16) throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8)
    let local = ":" + String(format: "%04X", Int(port))
    return text.split(separator: "\n").dropFirst().count { line in
      let columns = line.split(separator: " ")
      return columns.count > 9 && columns[1].hasSuffix(local) && columns[9] != "0"
    }
  }

  @Test("random and truncated bytes on thousands of connections leave a good client its 204")
  func noise() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let good = RedirectRequest(
      authorization: "Bearer " + (try emulator.token())
    ).bytes
    let client = try RawClient(port: emulator.port)
    var random = SplitMix64(seed: 20_261_123)
    for round in 0..<3_000 {
      let noisy = try RawClient(port: emulator.port)
      var bytes = good
      switch round % 4 {
      case 0:
        bytes = (0..<Int(random.next() % 400)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      case 1: bytes.removeLast(Int(random.next() % UInt64(bytes.count)))
      case 2:
        for _ in 0...(random.next() % 8) {
          bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
      default:
        bytes =
          [22, 3, 1]
          + (0..<Int(random.next() % 400)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      }
      try? noisy.send(bytes)
      if round % 3 == 0 { noisy.abort() }
      if round % 50 == 0 {
        try client.send(good)
        #expect(try client.readResponse().status == 204)
      }
    }
    try client.send(good)
    #expect(try client.readResponse().status == 204)
  }

  @Test("connections that come and go leave no descriptor behind")
  func descriptors() async throws {
    let emulator = try await Emulator.start()
    let good = RedirectRequest(
      authorization: "Bearer " + (try emulator.token())
    ).bytes
    for round in 0..<500 {
      let client = try RawClient(port: emulator.port)
      try client.send(good)
      if round % 2 == 0 { #expect(try client.readResponse().status == 204) } else { client.abort() }
    }
    // While sockets come and go, a look at the kernel's table may miss one.
    #expect(try becomesTrue { try Self.openSockets(emulator.port) >= 1 })
    emulator.stop()
    #expect(try Self.openSockets(emulator.port) == 0)
  }

  @Test(
    "connections beyond the limit are answered 503 and closed, who was there stays, one that ends makes room"
  )
  func tooMany() async throws {
    var configuration = Configuration()
    configuration.limits.connections = 4
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let good = RedirectRequest(
      authorization: "Bearer " + (try emulator.token())
    ).bytes
    var clients: [RawClient] = []
    for _ in 0..<4 {
      let client = try RawClient(port: emulator.port)
      try client.send(good)
      #expect(try client.readResponse().status == 204)
      clients.append(client)
    }
    // All of them before one is read: they are many at once.
    var flood = try (0..<60).map { _ in try RawClient(port: emulator.port) }
    for refused in flood {
      let answer = try refused.readResponse()
      #expect(answer.status == 503 && answer["Connection"] == "close")
      #expect(try refused.readToEnd().ending == .fin)
    }
    for client in clients {
      try client.send(good)
      #expect(try client.readResponse().status == 204)
    }
    flood.removeAll()
    clients.removeAll()
    var served = false
    for _ in 0..<1_000 where !served {
      let client = try RawClient(port: emulator.port)
      try? client.send(good)
      served = (try? client.readResponse().status) == 204
    }
    #expect(served)
  }

  @Test("a slow head is 408, a slow body is 408, and silence between requests is a close")
  func slow() async throws {
    var configuration = Configuration()
    configuration.limits.headerTimeout = .milliseconds(150)
    configuration.limits.idleTimeout = .milliseconds(300)
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let good = RedirectRequest(
      authorization: "Bearer " + (try emulator.token())
    ).bytes
    let slowHead = try RawClient(port: emulator.port)
    try slowHead.send(Array(good.prefix(40)))
    let slowBody = try RawClient(port: emulator.port)
    try slowBody.send(Array(good.dropLast(5)))
    let idle = try RawClient(port: emulator.port)
    try idle.send(good)
    #expect(try idle.readResponse().status == 204)
    // Old clients send a line end behind a request's content, which is the beginning of none (RFC 9112 §2.2).
    try idle.send("\r\n")
    #expect(try slowHead.readResponse().status == 408)
    #expect(try slowBody.readResponse().status == 408)
    let end = try idle.readToEnd()
    #expect(end.bytes.isEmpty && end.ending == .fin)
  }

  @Test("ten thousand requests in one pipeline are answered in order", arguments: Scheme.allCases)
  func pipeline(_ scheme: Scheme) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let token = try emulator.token()
    let client = try RawClient(port: emulator.port, scheme)
    let count = 10_000
    var requests: [UInt8] = []
    for number in 0..<count {
      var request = RedirectRequest(authorization: "Bearer " + token)
      request.fields = [("x-ms-client-request-id", String(number))]
      requests += request.bytes
    }
    let descriptor = client.descriptor
    let travelling = try client.travelling(requests)
    let sender = Thread { try? RawClient.send(travelling, on: descriptor) }
    sender.start()
    for number in 0..<count {
      let answer = try client.readResponse()
      try #require(answer.status == 204 && answer["x-ms-client-request-id"] == String(number))
    }
  }

  @Test(
    "a half-closed client, one that waits for 100, bytes one by one and a megabyte are all served")
  func oddClients() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let bearer = "Bearer " + (try emulator.token())
    var request = RedirectRequest(authorization: bearer)

    let half = try RawClient(port: emulator.port)
    try half.send(request.bytes)
    half.finishSending()
    #expect(try half.readResponse().status == 204)
    #expect(try half.readToEnd().ending == .fin)

    let waiting = try RawClient(port: emulator.port)
    request.fields = [("Expect", "100-continue")]
    let bytes = request.bytes
    let headLength = bytes.count - request.body.utf8.count
    try waiting.send(Array(bytes.prefix(headLength)))
    #expect(try waiting.readResponse().status == 100)
    try waiting.send(Array(bytes.dropFirst(headLength)))
    #expect(try waiting.readResponse().status == 204)

    request.fields = []
    let slow = try RawClient(port: emulator.port)
    for byte in request.bytes { try slow.send([byte]) }
    #expect(try slow.readResponse().status == 204)

    request.body =
      #"{"incomingCallContext":""# + String(repeating: "A", count: 1_000_000)
      + #"","target":{"rawId":"4:+14255550123"}}"#
    let large = try RawClient(port: emulator.port)
    try large.send(request.bytes)
    #expect(try large.readResponse().status == 204)
  }

  @Test("a stop ends connections that are held for ever")
  func stopsHeld() async throws {
    let emulator = try await Emulator.start()
    try emulator.load(scenario: "rules: [{ name: never, fault: hang }]")
    let client = try RawClient(port: emulator.port)
    try client.send(
      RedirectRequest(authorization: "Bearer " + (try emulator.token()))
        .bytes)
    #expect(becomesTrue { !emulator.requests.isEmpty })
    emulator.stop()
    #expect(try client.readToEnd().bytes.isEmpty)
    #expect(emulator.requests.first?.end == .closed)
  }
}
