import Core
import RedirectEmulator
import TestSupport
import Testing

@Suite("maxVersion, over a socket")
struct TLSVersionsSocketTests {
  /// What the server's first record says to a client that speaks one version, and whether the client's handshake is
  /// over by that: an error.
  private static func hello(_ emulator: Emulator, _ client: Int) throws -> (
    seen: ServerHello, goesOn: Bool
  ) {
    let socket = try RawClient(port: emulator.port)
    let session = try TLSClientSession(number: client)
    _ = try session.handshake()
    try socket.send(session.output())
    var bytes = try socket.read(atLeast: 5)
    while let length = ServerHello.recordLength(bytes), bytes.count < length {
      let more = try socket.read(atLeast: 1)
      if more.isEmpty { break }
      bytes += more
    }
    session.input(bytes)
    let goesOn = (try? session.handshake()) != nil
    return (ServerHello(bytes), goesOn)
  }

  @Test(
    "the ServerHello has the newest version that both speak; a client that speaks none sees why",
    arguments: [
      // For clients of 1.0, 1.1, 1.2 and 1.3 alone. Before 1.3 a client says only which version is its newest: it gets
      // an older one and refuses it itself.
      ("'1.0'", [(0x301, true), (0x301, false), (0x301, false), (nil, false)]),
      ("'1.1'", [(0x301, true), (0x302, true), (0x302, false), (nil, false)]),
      ("'1.2'", [(nil, false), (nil, false), (0x303, true), (nil, false)]),
      ("'1.3'", [(nil, false), (nil, false), (0x303, true), (0x304, true)]),
      ("1.0", [(0x301, true), (0x301, false), (0x301, false), (nil, false)]),
      ("'1.2', certificate: expired", [(nil, false), (nil, false), (0x303, true), (nil, false)]),
    ] as [(String, [(UInt16?, Bool)])])
  func versions(newest: String, expected: [(UInt16?, Bool)]) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(
      scenario: "connections: [{ fault: { tls: { maxVersion: \(newest) } } }]")
    for (client, (version, goesOn)) in zip(0x301...0x304, expected) {
      let seen = try Self.hello(emulator, client)
      #expect(
        seen.seen == version.map { .version($0) } ?? .alert(TLSAlert.protocolVersion.rawValue),
        "to a client of \(client)")
      #expect(seen.goesOn == goesOn, "of a client of \(client)")
    }
  }
}
