import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Clients that mean harm by TLS itself; a good client is served all the while")
final class HostileTLSTests {
  private let emulator: Emulator
  private let good: [UInt8]
  private let polite: RawClient

  init() async throws {
    var configuration = Configuration()
    configuration.limits.headerTimeout = .milliseconds(500)
    emulator = try await Emulator.start(configuration)
    good =
      RedirectRequest(
        authorization: "Bearer " + (try emulator.token())
      ).bytes
    polite = try RawClient(port: emulator.port, .https)
  }

  deinit {
    emulator.stop()
  }

  private func expectServed() throws {
    try polite.send(good)
    try #require(try polite.readResponse().status == 204)
  }

  @Test(
    "a ClientHello that comes byte by byte is one all the same",
    arguments: TLSClientSession.Version.allCases)
  func drip(_ version: TLSClientSession.Version) throws {
    let client = try RawClient(
      port: emulator.port, .https, version: version, handshakePiece: 1)
    try client.send(good)
    #expect(try client.readResponse().status == 204)
    try expectServed()
  }

  @Test(
    "a handshake that stalls, at whatever point, is ended in time, and a drop now and then buys none"
  )
  func stall() throws {
    var stalled: [RawClient] = []
    for round in 0..<40 {
      let session = try TLSClientSession(round % 2 == 0 ? .tls12 : .tls13)
      _ = try session.handshake()
      let hello = session.output()
      let client = try RawClient(port: emulator.port)
      switch round % 4 {
      case 0, 1: try client.send(Array(hello.prefix(1 + round * 4)))
      case 2: try client.send(hello)
      default: for byte in hello.dropLast() { try client.send([byte]) }
      }
      stalled.append(client)
    }
    try expectServed()
    // Each read waits for the client's time limit at most.
    for client in stalled { #expect(try client.readToEnd().ending == .fin) }
    try expectServed()
    let control = try ControlClient(port: emulator.port)
    let open = try control.metric("connections_open")
    #expect(open == 2)
    #expect(try control.metric(#"tls_handshakes_total{result="failed"}"#) == 40)
  }

  @Test("who renegotiates is refused")
  func renegotiation() throws {
    for _ in 0..<20 {
      let client = try RawClient(port: emulator.port, .https, version: .tls12)
      try client.send(good)
      #expect(try client.readResponse().status == 204)
      try RawClient.send(try #require(client.tls).renegotiation(), on: client.descriptor)
      // libssl's client takes the alert no_renegotiation (RFC 5246 §7.2.2) for the end.
      let failure = #expect(throws: RawClient.Failure.self) { _ = try client.readToEnd() }
      #expect(
        failure?.description.contains("no renegotiation") == true, "\(String(describing: failure))")
      try expectServed()
    }
  }

  @Test("keys that change again and again cost others nothing", arguments: [false, true])
  func keyUpdates(_ requested: Bool) throws {
    let client = try RawClient(port: emulator.port, .https)
    let tls = try #require(client.tls)
    var flood: [UInt8] = []
    for _ in 0..<30_000 { flood += try tls.keyUpdate(requested: requested) }
    flood += try client.travelling(good)
    let served = try servedBeside(flood, on: client)
    #expect(served >= 10, "\(served)")
  }

  @Test("a flood of requests leaves others their turn", arguments: Scheme.allCases)
  func flood(_ scheme: Scheme) throws {
    let client = try RawClient(port: emulator.port, scheme)
    var all: [UInt8] = []
    // A record each.
    for _ in 0..<4_000 { all += try client.travelling(good) }
    let served = try servedBeside(all, on: client, executed: 4_000)
    #expect(served >= 10, "\(served)")
  }

  /// Sends a flood, and meanwhile one request after another as a good client does.
  ///
  /// - Parameter executed: how many redirects the flood asks for, at its end or all over it.
  /// - Returns: how many of the good client's were answered before the flood was.
  private func servedBeside(_ flood: [UInt8], on client: RawClient, executed: Int = 1) throws
    -> Int
  {
    try expectServed()
    let control = try ControlClient(port: emulator.port)
    let before = try control.metric("redirects_executed_total")
    let descriptor = client.descriptor
    let sender = Thread { try? RawClient.send(flood, on: descriptor) }
    let reader = Thread { RawClient.discard(on: descriptor) }
    sender.start()
    reader.start()
    var served = 0
    let done = try becomesTrue(within: 60) {
      if try control.metric("redirects_executed_total") >= before + executed + served {
        return true
      }
      try expectServed()
      served += 1
      return false
    }
    #expect(done)
    client.abort()
    #expect(becomesTrue { sender.isFinished && reader.isFinished })
    return served
  }
}
