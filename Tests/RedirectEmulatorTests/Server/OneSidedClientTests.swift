import Foundation
import RedirectEmulator
import Synchronization
import TestSupport
import Testing

@Suite("Clients that only send: half-closed ones, and ones that never read")
struct OneSidedClientTests {
  private static func emulator(_ change: (inout Configuration) -> Void = { _ in }) async throws
    -> (Emulator, [UInt8])
  {
    var configuration = Configuration()
    change(&configuration)
    let emulator = try await Emulator.start(configuration)
    let token = try emulator.token()
    return (emulator, RedirectRequest(authorization: "Bearer " + token).bytes)
  }

  @Test(
    "a client that sends all it has to say and then ends its side gets every response, and then the end",
    arguments: [(Scheme.http, true), (.https, true), (.https, false)])
  func halfClosed(_ scheme: Scheme, _ fin: Bool) async throws {
    let (emulator, good) = try await Self.emulator()
    defer { emulator.stop() }
    let client = try RawClient(port: emulator.port, scheme)
    var all: [UInt8] = []
    for _ in 0..<200 { all += good }
    try client.send(all)
    // Over TLS close_notify alone says as much as with FIN behind it (RFC 8446 §6.1).
    client.finishSending(fin: fin)
    for _ in 0..<200 { #expect(try client.readResponse().status == 204) }
    let rest = try client.readToEnd()
    #expect(rest.bytes.isEmpty && rest.ending == scheme.goodEnding)
  }

  @Test("a half-closed client that owes the end of a request is let go", arguments: Scheme.allCases)
  func cutShort(_ scheme: Scheme) async throws {
    let (emulator, good) = try await Self.emulator()
    defer { emulator.stop() }
    let client = try RawClient(port: emulator.port, scheme)
    try client.send(good + good.dropLast())
    client.finishSending()
    #expect(try client.readResponse().status == 204)
    let rest = try client.readToEnd()
    #expect(rest.bytes.isEmpty && rest.ending == scheme.goodEnding)
    #expect(emulator.totals.executed == 1)
  }

  @Test(
    "a client that never reads is let go, and another is served meanwhile",
    arguments: Scheme.allCases)
  func neverReads(_ scheme: Scheme) async throws {
    let (emulator, good) = try await Self.emulator { $0.limits.idleTimeout = .milliseconds(600) }
    defer { emulator.stop() }
    let greedy = try RawClient(port: emulator.port, scheme, receiveBuffer: 4_096)
    let descriptor = greedy.descriptor
    // Long before all of them are answered nothing more is read: over TLS what comes then may be anything.
    var requests: [UInt8] = []
    for _ in 0..<1_000 {
      requests += try greedy.travelling(ControlClient.bytes("GET", "/_emulator/openapi.json"))
    }
    let failure = Mutex("")
    let sender = Thread { [requests] in
      // Each send is bounded by its own time.
      do {
        while true { try RawClient.send(requests, on: descriptor) }
      } catch {
        failure.withLock { $0 = "\(error)" }
      }
    }
    sender.start()
    let polite = try RawClient(port: emulator.port, scheme)
    for _ in 0..<200 {
      try polite.send(good)
      #expect(try polite.readResponse().status == 204)
    }
    #expect(becomesTrue { sender.isFinished })
    #expect(failure.withLock { $0 }.contains("reset by peer"), "\(failure.withLock { $0 })")
  }

  @Test(
    "responses that nobody reads stop the reading of requests: no more are made than have a place",
    arguments: Scheme.allCases)
  func unread(_ scheme: Scheme) async throws {
    var configuration = Configuration()
    configuration.strict = true
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    // Its response names every fault, so that it is a long one.
    var request = RedirectRequest(
      authorization: "Bearer " + (try emulator.token()))
    request.body =
      "{" + (0..<40).map { "\"unknown\($0)\":0" }.joined(separator: ",") + "}"
    let faulty = request.bytes

    // All that is asked comes over this connection, in rounds of the one loop; what it gets is subtracted.
    let polite = try RawClient(port: emulator.port)
    try polite.send(faulty)
    let size = try polite.readResponse().wireLength
    var politely = size
    func ask(_ path: String) throws -> RawResponse {
      try polite.send(ControlClient.bytes("GET", path))
      let answer = try polite.readResponse()
      politely += answer.wireLength
      return answer
    }

    let greedy = try RawClient(port: emulator.port, scheme, receiveBuffer: 4_096)
    let descriptor = greedy.descriptor
    var requests: [UInt8] = []
    for _ in 0..<10_000 { requests += try greedy.travelling(faulty) }
    let sender = Thread { [requests] in try? RawClient.send(requests, on: descriptor) }
    sender.start()
    #expect(
      try becomesTrue { try ask("/metrics").metric("journal_entries") > 256 * 1024 / size })
    // More rounds than the rest would take if it were read.
    for _ in 0..<300 { #expect(try ask("/_emulator/health").status == 200) }
    let told = politely
    let metrics = try ask("/metrics")
    let count = try metrics.metric("journal_entries") - 1
    let sent = try metrics.metric("sent_bytes_total") - told
    // What was made and the kernel did not take stays below the mark and the one response that exceeds it.
    let waiting = count * size - sent
    #expect(
      waiting > 256 * 1024 - size && waiting <= 256 * 1024 + size && count < 10_000,
      "\(waiting) bytes wait of \(count) responses of \(size)")
    greedy.abort()
    #expect(becomesTrue { sender.isFinished })
  }
}
