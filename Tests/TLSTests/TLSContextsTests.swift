import Core
import COpenSSL
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

  private static let numbers: [TLSFault.Version: Int32] = [
    .tls10: TLS1_VERSION, .tls11: TLS1_1_VERSION, .tls12: TLS1_2_VERSION, .tls13: TLS1_3_VERSION,
  ]

  @Test(
    "a server held to a version speaks that one, and no newer one: its ServerHello says so",
    arguments: TLSFault.Version.allCases)
  func maxVersion(_ most: TLSFault.Version) throws {
    let context = try TestServer().contexts.context(for: TLSFault(maxVersion: most))
    let allowed: Set<TLSFault.Version> =
      switch most {
      case .tls10: [.tls10]
      case .tls11: [.tls10, .tls11]
      case .tls12: [.tls12]
      case .tls13: [.tls12, .tls13]
      }
    for version in TLSFault.Version.allCases {
      let number = try #require(Self.numbers[version])
      let wire = try TestWire(context, .init(least: number, most: number))
      if allowed.contains(version) {
        try wire.connect()
        #expect(SSL_version(wire.client.session) == number, "\(version.rawValue)")
      } else {
        // Up to 1.2 a server answers with what it speaks, and the client leaves (RFC 5246 §E.1); a client that speaks 1.3
        // alone, or less than the server, is sent an alert (RFC 8446 §4.2.1).
        let isNewer = version.rawValue > most.rawValue
        let isTold = version == .tls13 || !isNewer
        let alert = isTold ? Int32(TLSAlert.protocolVersion.rawValue) : nil
        #expect(try wire.handshake().client == .failed(alert: alert), "\(version.rawValue)")
      }
    }
    // A client that speaks all of them gets the newest one that is left.
    let wire = try TestWire(context, .init(least: TLS1_VERSION, most: TLS1_3_VERSION))
    try wire.connect()
    #expect(SSL_version(wire.client.session) == Self.numbers[most])
  }

  @Test("a fault is applied whole: a bad certificate is shown in the version that was asked for")
  func whole() throws {
    let server = try TestServer()
    for version in TLSFault.Version.allCases {
      let wire = try TestWire(
        server.contexts.context(for: TLSFault(certificate: .expired, maxVersion: version)),
        .init(
          least: TLS1_VERSION, authority: server.authority.pem, expectedHost: "localhost"))
      try wire.connect()
      #expect(wire.client.verifyResult == Int(X509_V_ERR_CERT_HAS_EXPIRED))
      #expect(SSL_version(wire.client.session) == Self.numbers[version])
    }
  }

  @Test("a server held to an old version has certificates for other names, too")
  func namesOfOldVersions() throws {
    let server = try TestServer()
    let wire = try TestWire(
      server.contexts.context(for: TLSFault(maxVersion: .tls12)),
      .init(
        serverName: "other.example", authority: server.authority.pem,
        expectedHost: "other.example"))
    try wire.connect()
    #expect(wire.client.verifyResult == X509_V_OK)
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
