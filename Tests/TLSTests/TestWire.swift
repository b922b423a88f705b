import Glibc
import LibCrypto
import TLS
import Testing

/// A client in memory and a server on one end of a socket pair; the test carries the bytes at the other end.
final class TestWire {
  let client: TestClient
  private(set) var server: TLSSession?
  let near: Int32
  private let far: Int32

  init(_ context: TLSServerContext, _ options: TestClient.Options = .init()) throws {
    client = try TestClient(options)
    (near, far) = try Self.pair()
    server = try TLSSession(context: context, descriptor: far)
  }

  deinit {
    server = nil
    close(near)
    close(far)
  }

  static func pair() throws -> (Int32, Int32) {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    return (ends[0], ends[1])
  }

  /// Ends the server's session as a connection that is closed does.
  func dropServer() { server = nil }

  /// What the server wrote so far.
  func take() -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(near, &chunk, chunk.count, 0)
      guard count > 0 else { return all }
      all += chunk[..<count]
    }
  }

  /// Puts bytes where the server reads them.
  func give(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    try #require(send(near, bytes, bytes.count, 0) == bytes.count)
  }

  /// Carries the handshake to its end, `size` bytes of the client's at a time.
  func handshake(
    piece size: Int = .max
  ) throws -> (client: TestClient.Step, server: TLSSession.Handshake) {
    let server = try #require(self.server)
    var seen = (client: TestClient.Step.more, server: TLSSession.Handshake.wantRead)
    // More rounds than any handshake has flights.
    for _ in 0..<8 {
      if seen.client == .more { seen.client = client.handshake() }
      var rest = client.output()[...]
      repeat {
        let piece = rest.prefix(size)
        rest = rest.dropFirst(piece.count)
        try give(Array(piece))
        if seen.server == .wantRead { seen.server = server.handshake() }
      } while !rest.isEmpty
      client.input(take())
      if seen.client != .more, seen.server != .wantRead { break }
    }
    return seen
  }

  /// A handshake that has to succeed.
  func connect() throws {
    let seen = try handshake()
    try #require(seen.client == .done)
    try #require(seen.server == .done)
    client.input(take())
  }

  /// Sends text both ways and says what arrived: at the server, at the client.
  func exchange(_ text: String) throws -> (String, String) {
    let server = try #require(self.server)
    client.write(text)
    try give(client.output())
    var bytes: [UInt8] = []
    while case .bytes = server.receive(into: &bytes) {}
    _ = server.send(Array(text.utf8))
    client.input(take())
    return (
      String(decoding: bytes, as: UTF8.self), String(decoding: client.read().bytes, as: UTF8.self)
    )
  }
}

/// An authority and the contexts of a server, as a start makes them.
struct TestServer {
  let authority: CertificateAuthority
  let contexts: TLSContexts

  init(host: String? = nil) throws {
    let now = time(nil)
    authority = try CertificateAuthority(now: now)
    contexts = try TLSContexts(
      authority: authority, names: TLSContexts.names(host: host), now: now)
  }
}
