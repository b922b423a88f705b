import EventLoop
import Glibc
import LibCrypto
import RedirectEmulator
import TLS
import TestSupport
import Testing

@Suite("A connection's bytes in and out, plain and through TLS")
final class TransportTests {
  /// The client's end of the connection.
  private let client: Int32
  private var transport: Transport
  private var isOpen = true

  init() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    client = ends[0]
    transport = Transport(socket: Socket(ends[1]))
  }

  deinit {
    if isOpen { transport.close() }
    close(client)
  }

  private func give(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    try #require(send(client, bytes, bytes.count, 0) == bytes.count)
  }

  /// What has come to the client: bytes, and whether the server has ended its side.
  private func take() -> (bytes: [UInt8], ended: Bool) {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    for _ in 0..<1_000 {
      let count = recv(client, &chunk, chunk.count, 0)
      if count <= 0 { return (all, count == 0) }
      all += chunk[..<count]
    }
    return (all, false)
  }

  private func received(_ size: Int = 100) -> (Transport.Transfer, String) {
    var buffer = [UInt8](repeating: 0, count: size)
    let transfer = transport.receive(into: &buffer)
    guard case .bytes(let count) = transfer else { return (transfer, "") }
    return (transfer, String(decoding: buffer[..<count], as: UTF8.self))
  }

  @Test("plain: what is there is read, as much as the buffer takes; then nothing, then the end")
  func reading() throws {
    #expect(received() == (.wantRead, ""))
    try give(Array("hello".utf8))
    #expect(!transport.hasPending)
    #expect(received(3) == (.bytes(3), "hel"))
    #expect(received(3) == (.bytes(2), "lo"))
    #expect(received() == (.wantRead, ""))
    shutdown(client, Int32(SHUT_WR))
    #expect(received() == (.end, ""))
  }

  @Test("plain: bytes are sent from the offset on, until the kernel takes no more")
  func sending() throws {
    #expect(transport.send(Array("hello".utf8), from: 2) == .bytes(3))
    #expect(take().bytes == Array("llo".utf8))
    let much = [UInt8](repeating: 7, count: 1 << 20)
    var (sent, last) = (0, Transport.Transfer.bytes(0))
    // More than a socket's buffer takes, whatever its size is.
    for _ in 0..<1_000 {
      last = transport.send(much, from: 0)
      guard case .bytes(let count) = last else { break }
      sent += count
    }
    #expect(last == .wantWrite && sent > 0)
    #expect(take().bytes.count == sent)
  }

  @Test("plain: to a client that is gone sending fails")
  func gone() {
    shutdown(client, Int32(SHUT_RDWR))
    #expect(transport.send([1], from: 0) == .failed)
  }

  @Test("plain: ending this side leaves the other open; a close ends both")
  func ending() throws {
    transport.shutdownWriting()
    #expect(take().ended)
    try give([0x41])
    #expect(received() == (.bytes(1), "A"))
    transport.close()
    isOpen = false
    #expect(send(client, [1], 1, 0) == -1)
  }

  /// Speaks TLS from now on.
  private func beginTLS() throws -> TLSClientSession {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let authority = try CertificateAuthority(now: now.tv_sec)
    let contexts = try TLSContexts(
      authority: authority, names: TLSContexts.names(host: "127.0.0.1"), now: now.tv_sec)
    let server = try TLSSession(
      context: contexts.standard, descriptor: transport.socket.descriptor)
    let client = try TLSClientSession()
    // More rounds than a handshake has flights.
    for _ in 0..<8 {
      let done = try client.handshake()
      try give(client.output())
      let step = server.handshake()
      client.input(take().bytes)
      if done, step == .done { break }
    }
    try #require(client.isEstablished)
    transport.tls = server
    return client
  }

  @Test("TLS: the same, and what libssl holds already is reported")
  func secured() throws {
    let session = try beginTLS()
    #expect(received() == (.wantRead, ""))
    try give(try session.encrypt(Array("hello".utf8)))
    #expect(received(3) == (.bytes(3), "hel"))
    #expect(transport.hasPending)
    #expect(received(3) == (.bytes(2), "lo"))
    #expect(!transport.hasPending)
    #expect(received() == (.wantRead, ""))

    #expect(transport.send(Array("answer".utf8), from: 1) == .bytes(5))
    session.input(take().bytes)
    #expect(try session.decrypt().bytes == Array("nswer".utf8))

    try give(session.closeNotify())
    #expect(received() == (.end, ""))
  }

  @Test("TLS: it ends with close_notify, unless a fault leaves that out", arguments: [true, false])
  func closeNotify(_ endsTLS: Bool) throws {
    let session = try beginTLS()
    transport.endsTLS = endsTLS
    transport.shutdownWriting()
    let (bytes, ended) = take()
    #expect(ended)
    session.input(bytes)
    #expect(try session.decrypt().closed == endsTLS)
  }

  @Test("TLS: what is not a record breaks the connection")
  func broken() throws {
    _ = try beginTLS()
    try give(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    #expect(received() == (.failed, ""))
  }
}
