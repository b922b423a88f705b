import Core
import COpenSSL
import Core
import Glibc
import LibCrypto
import TLS
import Testing

@Suite struct TLSSessionTests {
  @Test(
    "a handshake of each version on offer ends, and bytes go both ways",
    arguments: [
      (TLS1_2_VERSION, TLSSession.Version.tls12), (TLS1_3_VERSION, TLSSession.Version.tls13),
    ])
  func versions(number: Int32, version: TLSSession.Version) throws {
    let server = try TestServer()
    let wire = try TestWire(
      server.contexts.standard,
      .init(
        least: number, most: number, serverName: "localhost", authority: server.authority.pem,
        expectedHost: "localhost"))
    try wire.connect()
    let session = try #require(wire.server)
    #expect(session.version == version)
    #expect(session.serverName == "localhost")
    #expect(!session.isResumed)
    #expect(wire.client.verifyResult == X509_V_OK)
    #expect(try wire.exchange("POST / HTTP/1.1") == ("POST / HTTP/1.1", "POST / HTTP/1.1"))
  }

  @Test("a session is resumed by its ticket", arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
  func resumption(number: Int32) throws {
    let server = try TestServer()
    let name = "shop.example"
    var options = TestClient.Options(least: number, most: number, serverName: name)
    options.authority = try server.authority.pem
    let first = try TestWire(server.contexts.standard, options)
    try first.connect()
    #expect(try first.exchange("a") == ("a", "a"))
    let ticket = try #require(SSL_get1_session(first.client.session))
    defer { SSL_SESSION_free(ticket) }
    options.session = ticket
    let second = try TestWire(server.contexts.standard, options)
    try second.connect()
    #expect(second.client.isResumed)
    #expect(second.server?.isResumed == true)
    #expect(try second.exchange("b") == ("b", "b"))
    // Another server's tickets are keyed otherwise: the handshake falls back to a full one.
    let other = try TestWire(TestServer().contexts.standard, options)
    try other.connect()
    #expect(other.server?.isResumed == false)
  }

  @Test(
    "http/1.1 is chosen wherever it is among the protocols on offer",
    arguments: [
      (["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "http/1.1"),
      (["http/1.1", "h2"], "http/1.1"), ([], nil),
    ] as [([String], String?)])
  func alpn(offered: [String], chosen: String?) throws {
    let wire = try TestWire(
      TestServer().contexts.standard, .init(protocols: offered))
    try wire.connect()
    #expect(wire.client.chosenProtocol == chosen)
  }

  @Test(
    "protocols without http/1.1 are refused by no_application_protocol",
    arguments: [["h2"], ["http/1.0"], ["http/1.1x", "h2"]])
  func alpnRefused(offered: [String]) throws {
    let wire = try TestWire(
      TestServer().contexts.standard, .init(protocols: offered))
    let seen = try wire.handshake()
    #expect(seen.client == .failed(alert: Int32(TLSAlert.noApplicationProtocol.rawValue)))
    guard case .failed(.refused) = seen.server else {
      Issue.record("refused expected, got \(seen.server)")
      return
    }
  }

  @Test(
    "a handshake in pieces of a byte or few ends like any other",
    arguments: [(TLS1_2_VERSION, 1), (TLS1_3_VERSION, 1), (TLS1_3_VERSION, 7)])
  func pieces(number: Int32, size: Int) throws {
    let wire = try TestWire(
      TestServer().contexts.standard, .init(least: number, most: number))
    let seen = try wire.handshake(piece: size)
    #expect(seen.client == .done)
    #expect(seen.server == .done)
    wire.client.input(wire.take())
    #expect(try wire.exchange("x") == ("x", "x"))
  }

  @Test(
    "what is not a ClientHello is answered by an alert",
    arguments: [
      Array("\u{16}GET / HTTP/1.1\r\n\r\n".utf8), [0x16, 0x03, 0x01, 0x00, 0x04, 1, 2, 3, 4],
      [0x16, 0x03, 0x01, 0xFF, 0xFF, 0x01, 0, 0, 0, 0, 0, 0],
      [0x16, 0x03, 0x01, 0x00, 0x05, 0x02, 0, 0, 1, 0],
    ] as [[UInt8]])
  func garbage(bytes: [UInt8]) throws {
    let wire = try TestWire(TestServer().contexts.standard)
    try wire.give(bytes)
    let seen = try #require(wire.server).handshake()
    guard case .failed(.refused) = seen else {
      Issue.record("refused expected, got \(seen)")
      return
    }
    wire.server?.shutdown()
    let answer = wire.take()
    #expect(answer.count == 7)
    #expect(answer.first == 0x15)
    #expect(answer.dropFirst(5).first == 2, "not fatal: \(answer)")
    #expect(answer.last.flatMap(TLSAlert.init(rawValue:)) != nil)
  }

  @Test(
    "older versions are refused by protocol_version", arguments: [TLS1_VERSION, TLS1_1_VERSION])
  func olderVersions(number: Int32) throws {
    let wire = try TestWire(TestServer().contexts.standard, .init(least: number, most: number))
    let seen = try wire.handshake()
    #expect(seen.client == .failed(alert: Int32(TLSAlert.protocolVersion.rawValue)))
    guard case .failed(.refused) = seen.server else {
      Issue.record("refused expected, got \(seen.server)")
      return
    }
  }

  @Test(
    "the server chooses AES-128 where the client has it, and ChaCha20 where the client puts that first",
    arguments: [
      (TLS1_3_VERSION, nil, nil, "TLS_AES_128_GCM_SHA256"),
      (TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384", nil, "TLS_AES_256_GCM_SHA384"),
      (
        TLS1_3_VERSION, "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256", nil,
        "TLS_CHACHA20_POLY1305_SHA256"
      ),
      (TLS1_2_VERSION, nil, nil, "ECDHE-ECDSA-AES128-GCM-SHA256"),
      (TLS1_2_VERSION, nil, "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"),
      (
        TLS1_2_VERSION, nil, "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-CHACHA20-POLY1305"
      ),
    ] as [(Int32, String?, String?, String)])
  func ciphers(number: Int32, suites: String?, ciphers: String?, chosen: String) throws {
    let wire = try TestWire(
      TestServer().contexts.standard,
      .init(least: number, most: number, suites: suites, ciphers: ciphers))
    try wire.connect()
    #expect(wire.client.cipher == chosen)
  }

  @Test("ciphers without authenticated encryption are refused by handshake_failure")
  func oldCiphers() throws {
    let wire = try TestWire(
      TestServer().contexts.standard,
      .init(most: TLS1_2_VERSION, ciphers: "ECDHE-ECDSA-AES128-SHA256"))
    let seen = try wire.handshake()
    #expect(seen.client == .failed(alert: Int32(TLSAlert.handshakeFailure.rawValue)))
    #expect(seen.server == .failed(.refused(reason: "no shared cipher")))
  }

  @Test("a client that asks for renegotiation is refused")
  func renegotiation() throws {
    let wire = try TestWire(
      TestServer().contexts.standard, .init(least: TLS1_2_VERSION, most: TLS1_2_VERSION))
    try wire.connect()
    try #require(SSL_renegotiate(wire.client.session) == 1)
    #expect(wire.client.handshake() == .more)
    try wire.give(wire.client.output())
    var bytes: [UInt8] = []
    #expect(try #require(wire.server).receive(into: &bytes) == .wantRead)
    wire.client.input(wire.take())
    // no_renegotiation has no name in RFC 8446; libssl's client ends the session by it.
    guard case .failed = wire.client.handshake() else {
      Issue.record("the client was not refused")
      return
    }
  }

  @Test("a client's close_notify is told from a connection that just ends")
  func ends() throws {
    for says in [true, false] {
      let wire = try TestWire(TestServer().contexts.standard)
      try wire.connect()
      if says { wire.client.close() }
      try wire.give(wire.client.output())
      try #require(shutdown(wire.near, Int32(SHUT_WR)) == 0)
      var bytes: [UInt8] = []
      #expect(try #require(wire.server).receive(into: &bytes) == .end(closeNotify: says))
      #expect(bytes.isEmpty)
    }
  }

  @Test("a session that shuts down says so to the client; one that does not leaves it unsaid")
  func closeNotify() throws {
    for says in [true, false] {
      let wire = try TestWire(TestServer().contexts.standard)
      try wire.connect()
      if says { wire.server?.shutdown() }
      wire.client.input(wire.take())
      _ = wire.client.read()
      #expect(wire.client.sawCloseNotify == says)
    }
  }

  @Test("a client's alert is reported with its code", arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
  func alerted(number: Int32) throws {
    let wire = try TestWire(
      TestServer().contexts.standard, .init(least: number, most: number, verifies: true))
    let seen = try wire.handshake()
    #expect(seen.client == .failed(alert: nil))
    #expect(seen.server == .failed(.peerAlert(code: TLSAlert.unknownCA.rawValue)))
  }

  @Test("a client that vanishes in the handshake is reported, and nothing of it stays")
  func vanishes() throws {
    let context = try TestServer().contexts.standard
    for cut in [0, 1, 5, 100] {
      let client = try TestClient()
      _ = client.handshake()
      let hello = Array(client.output().prefix(cut))
      var (near, far) = try TestWire.pair()
      defer { close(far) }
      weak var gone: TLSSession?
      do {
        let session = try TLSSession(context: context, descriptor: far)
        gone = session
        try #require(send(near, hello, hello.count, 0) == hello.count)
        #expect(session.handshake() == .wantRead)
        close(near)
        near = -1
        #expect(session.handshake() == .failed(.closed))
        session.shutdown()
      }
      #expect(gone == nil)
    }
  }

  @Test("more bytes than the socket takes are sent bit by bit, and all arrive")
  func largeResponse() throws {
    let wire = try TestWire(TestServer().contexts.standard)
    try wire.connect()
    let session = try #require(wire.server)
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    var sent = 0
    var blocked = 0
    var arrived: [UInt8] = []
    while sent < bytes.count {
      // Another array each time: libssl is told that buffers move.
      switch session.send(Array(bytes[sent...]), from: 0) {
      case .bytes(let count): sent += count
      case .wantWrite:
        blocked += 1
        wire.client.input(wire.take())
        arrived += wire.client.read().bytes
      case let other:
        Issue.record("unexpected \(other)")
        return
      }
    }
    wire.client.input(wire.take())
    arrived += wire.client.read().bytes
    #expect(blocked > 0)
    #expect(arrived == bytes)
  }

  @Test("records that came together are handed out one by one, and told about while they wait")
  func pending() throws {
    let wire = try TestWire(TestServer().contexts.standard)
    try wire.connect()
    let session = try #require(wire.server)
    var bytes: [UInt8] = []
    #expect(session.receive(into: &bytes) == .wantRead)
    #expect(!session.hasPending)
    wire.client.write("one")
    wire.client.write("two")
    try wire.give(wire.client.output())
    #expect(session.receive(into: &bytes) == .bytes(3))
    #expect(session.hasPending)
    #expect(session.receive(into: &bytes) == .bytes(3))
    #expect(session.receive(into: &bytes) == .wantRead)
    #expect(!session.hasPending)
    #expect(bytes == Array("onetwo".utf8))
  }

  @Test("a record may be read in parts, into bytes that are there")
  func parts() throws {
    let wire = try TestWire(TestServer().contexts.standard)
    try wire.connect()
    let session = try #require(wire.server)
    wire.client.write("abcdef")
    try wire.give(wire.client.output())
    var bytes = Array("------".utf8)
    #expect(session.receive(into: &bytes, from: 4) == .bytes(2))
    #expect(bytes == Array("----ab".utf8))
    #expect(session.receive(into: &bytes, from: 6) == .bytes(0))
    #expect(session.receive(into: &bytes, from: -1) == .bytes(0))
    #expect(session.receive(into: &bytes, from: 0) == .bytes(4))
    #expect(bytes == Array("cdefab".utf8))
    #expect(session.receive(into: &bytes, from: 0) == .wantRead)
  }

  @Test("a record that was tampered with ends the session by bad_record_mac")
  func tampered() throws {
    let wire = try TestWire(TestServer().contexts.standard)
    try wire.connect()
    wire.client.write("hello")
    var record = wire.client.output()
    record[record.count - 1] ^= 1
    try wire.give(record)
    var bytes: [UInt8] = []
    let seen = try #require(wire.server).receive(into: &bytes)
    guard case .failed(.refused) = seen else {
      Issue.record("refused expected, got \(seen)")
      return
    }
    wire.server?.shutdown()
    wire.client.input(wire.take())
    #expect(wire.client.read().step == .failed(alert: Int32(TLSAlert.badRecordMAC.rawValue)))
  }

  @Test("sending to a client that is gone fails, and does not end the process")
  func gone() throws {
    let (near, far) = try TestWire.pair()
    defer { close(far) }
    let session = try TLSSession(context: TestServer().contexts.standard, descriptor: far)
    let client = try TestClient()
    for _ in 0..<3 {
      _ = client.handshake()
      let out = client.output()
      _ = send(near, out, out.count, 0)
      _ = session.handshake()
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = recv(near, &chunk, chunk.count, 0)
      if count > 0 { client.input(Array(chunk[..<count])) }
    }
    try #require(session.version != nil)
    close(near)
    #expect(session.send([1, 2, 3]) == .failed(.system(errno: EPIPE)))
    session.shutdown()
  }
}
