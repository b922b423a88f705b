import COpenSSL
import Core
import Glibc
import LibCrypto
import TLS
import Testing

@Suite struct TLSContextsTests {
  @Test(
    "whatever name a client asks for, the certificate is valid for it",
    arguments: [
      ("localhost", "localhost"), ("shop.localhost", "shop.localhost"),
      ("contoso.communication.azure.com", "contoso.communication.azure.com"),
      ("a.unitedstates.communication.azure.com", "a.unitedstates.communication.azure.com"),
      ("Some.Other-Name.example", "some.other-name.example"), (nil, "127.0.0.1"), (nil, "::1"),
      (nil, "192.0.2.7"),
    ] as [(String?, String)])
  func names(asked: String?, expected: String) throws {
    let server = try TestServer(host: "192.0.2.7")
    let wire = try TestWire(
      server.contexts.standard,
      .init(serverName: asked, authority: server.authority.pem, expectedHost: expected))
    try wire.connect()
    #expect(wire.client.verifyResult == X509_V_OK)
  }

  @Test("a certificate for another name is made once, and the oldest leaves beyond 256")
  func cache() throws {
    let context = try TestServer().contexts.standard
    for name in ["a.example", "A.example", "a.example", "localhost", "not a name"] {
      try TestWire(context, .init(serverName: name)).connect()
    }
    #expect(context.certificateCounts.made == 1)
    for number in 0..<256 {
      let wire = try TestWire(
        context, .init(least: TLS1_3_VERSION, serverName: "n\(number).example"))
      _ = wire.client.handshake()
      try wire.give(wire.client.output())
      #expect(try #require(wire.server).handshake() == .wantRead)
    }
    #expect(context.certificateCounts == (257, 1))
    try TestWire(context, .init(serverName: "n255.example")).connect()
    #expect(context.certificateCounts == (257, 1))
    try TestWire(context, .init(serverName: "a.example")).connect()
    #expect(context.certificateCounts == (258, 2))
  }

  @Test(
    "each faulty certificate is refused for its own reason",
    arguments: [
      (TLSFault.Certificate.expired, "localhost", X509_V_ERR_CERT_HAS_EXPIRED),
      (.expired, "other.example", X509_V_ERR_CERT_HAS_EXPIRED),
      (.wrongHost, "localhost", X509_V_ERR_HOSTNAME_MISMATCH),
      (.wrongHost, "other.example", X509_V_ERR_HOSTNAME_MISMATCH),
      (.untrusted, "localhost", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY),
      (.selfSigned, "localhost", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT),
    ])
  func faults(kind: TLSFault.Certificate, host: String, code: Int32) throws {
    let server = try TestServer()
    let wire = try TestWire(
      server.contexts.context(for: TLSFault(certificate: kind)),
      .init(serverName: host, authority: server.authority.pem, expectedHost: host))
    try wire.connect()
    #expect(wire.client.verifyResult == Int(code))
  }

  @Test(
    "a server speaks no version but those that it is held to",
    arguments: [
      (TLSFault.Version.tls10, [TLSSession.Version.tls10]), (.tls11, [.tls10, .tls11]),
      (.tls12, [.tls12]), (.tls13, [.tls12, .tls13]),
    ])
  func versions(newest: TLSFault.Version, spoken: [TLSSession.Version]) throws {
    let context = try TestServer().contexts.context(for: TLSFault(maxVersion: newest))
    let all: [(Int32, TLSSession.Version)] = [
      (TLS1_VERSION, .tls10), (TLS1_1_VERSION, .tls11), (TLS1_2_VERSION, .tls12),
      (TLS1_3_VERSION, .tls13),
    ]
    for (number, version) in all {
      let wire = try TestWire(context, .init(least: number, most: number))
      if spoken.contains(version) {
        try wire.connect()
        #expect(wire.server?.version == version)
      } else {
        // Before 1.3 a client only says what is the newest version that it speaks: the server chooses its own, and
        // the client ends the handshake.
        let isOffered =
          version != .tls13
          && spoken.allSatisfy {
            $0.rawValue < version.rawValue
          }
        let seen = try wire.handshake()
        #expect(
          seen.client
            == .failed(alert: isOffered ? nil : Int32(TLSAlert.protocolVersion.rawValue)))
      }
    }
  }

  @Test("a certificate and a version can be combined", arguments: TLSFault.Version.allCases)
  func combined(newest: TLSFault.Version) throws {
    let server = try TestServer()
    let wire = try TestWire(
      server.contexts.context(for: TLSFault(certificate: .expired, maxVersion: newest)),
      .init(
        least: TLS1_VERSION, serverName: "localhost", authority: server.authority.pem,
        expectedHost: "localhost"))
    try wire.connect()
    #expect(wire.client.verifyResult == Int(X509_V_ERR_CERT_HAS_EXPIRED))
    let newestSpoken: TLSSession.Version =
      switch newest {
      case .tls10: .tls10
      case .tls11: .tls11
      case .tls12: .tls12
      case .tls13: .tls13
      }
    #expect(wire.server?.version == newestSpoken)
  }

  @Test("handshakes on several threads share one context, and each name is made once")
  func parallel() async throws {
    let contexts = try TestServer().contexts
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for number in 0..<12 {
            let name = "n\((number + task) % 12).example"
            let wire = try TestWire(contexts.standard, .init(serverName: name))
            try wire.connect()
            #expect(wire.server?.serverName == name)
            _ = try contexts.context(for: TLSFault(certificate: .untrusted))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(contexts.standard.certificateCounts == (12, 0))
  }

  @Test("the context of a fault is made once")
  func once() throws {
    let contexts = try TestServer().contexts
    for kind in TLSFault.Certificate.allCases {
      let first = try contexts.context(for: TLSFault(certificate: kind))
      #expect(try contexts.context(for: TLSFault(certificate: kind)) === first)
    }
  }

  @Test(
    "a certificate of one's own is shown whatever the name, with its chain; its faults work too")
  func own() throws {
    let now = time(nil)
    let authority = try CertificateAuthority(now: now)
    let name = try #require(CertificateName("own.example"))
    let made = try ServerCertificate(names: [name], issuer: .authority(authority), now: now)
    let read = try ServerCertificate(
      chainPEM: made.pem + authority.pem, keyPEM: made.keyPEM, now: now)
    let contexts = try TLSContexts(certificate: read, names: TLSContexts.names())
    for asked in ["own.example", "other.example"] {
      let wire = try TestWire(
        contexts.standard,
        .init(serverName: asked, authority: authority.pem, expectedHost: "own.example"))
      try wire.connect()
      #expect(wire.client.verifyResult == X509_V_OK)
    }
    let chain = try TestWire(contexts.standard)
    try chain.connect()
    #expect(OPENSSL_sk_num(SSL_get_peer_cert_chain(chain.client.session)) == 2)
    let wire = try TestWire(
      contexts.context(for: TLSFault(certificate: .selfSigned)), .init(expectedHost: "localhost"))
    try wire.connect()
    #expect(wire.client.verifyResult == Int(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT))
  }
}
