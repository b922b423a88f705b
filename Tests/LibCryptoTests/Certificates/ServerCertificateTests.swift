import LibCrypto
import Testing

@Suite struct ServerCertificateTests {
  /// 2026-11-23T10:00:00Z, in seconds since 1970.
  static let now = 1_795_428_000

  @Test("certificates begin a day back and last ten years and 397 days")
  func times() throws {
    let authority = try CertificateAuthority(now: Self.now)
    #expect(authority.certificate.notBefore == Self.now - 86_400)
    #expect(authority.certificate.notAfter == Self.now + 3_650 * 86_400)
    #expect(authority.certificate.isAuthority)
    let leaf = try Self.leaf(authority)
    #expect(leaf.certificate.notBefore == Self.now - 86_400)
    #expect(leaf.certificate.notAfter == Self.now + 397 * 86_400)
    #expect(!leaf.certificate.isAuthority)
    let expired = try ServerCertificate(
      names: [.dns("a.example")], issuer: .authority(authority), now: Self.now, expired: true)
    #expect(expired.certificate.notAfter == Self.now - 86_400)
  }

  @Test(
    "a certificate covers its names and no others",
    arguments: [
      ("localhost", true), ("x.communication.azure.com", true), ("127.0.0.1", true), ("::1", true),
      ("x.y.communication.azure.com", false), ("communication.azure.com", false),
      ("127.0.0.2", false), ("example", false),
    ])
  func covers(text: String, covered: Bool) throws {
    let name = try #require(CertificateName(text))
    #expect(try Self.leaf(CertificateAuthority(now: Self.now)).certificate.covers(name) == covered)
  }

  @Test("more names than a short length can tell are all in the certificate")
  func manyNames() throws {
    for count in [5, 12, 40] {
      let names = (0..<count).map { CertificateName.dns("name-\($0).example.com") }
      let made = try ServerCertificate(
        names: names, issuer: .authority(CertificateAuthority(now: Self.now)), now: Self.now)
      for name in names { #expect(made.certificate.covers(name)) }
    }
    #expect(throws: CertificateError.noNames) {
      try ServerCertificate(names: [], issuer: .itself, now: Self.now)
    }
  }

  @Test("an authority that was kept signs on")
  func keptAuthority() throws {
    let made = try CertificateAuthority(now: Self.now)
    let read = try CertificateAuthority(pem: made.pem, keyPEM: made.keyPEM, now: Self.now)
    #expect(try read.pem == made.pem)
    #expect(try read.keyPEM == made.keyPEM)
    _ = try Self.leaf(read)
    let leaf = try Self.leaf(made)
    #expect(throws: CertificateError.notAnAuthority) {
      try CertificateAuthority(pem: leaf.pem, keyPEM: leaf.keyPEM, now: Self.now)
    }
  }

  @Test("a key that was kept gets a certificate that it signs itself")
  func keptKey() throws {
    let key = try ECPrivateKey().pem
    let made = try CertificateAuthority(keyPEM: key, now: Self.now)
    #expect(try made.keyPEM == key && made.certificate.isAuthority)
    #expect(try CertificateAuthority(pem: made.pem, keyPEM: key, now: Self.now).pem == made.pem)
  }

  @Test(
    "any text may be outside of the boundaries",
    arguments: ["", "\u{FEFF}", "# a text\n", "\u{FEFF}{ }\n-----BEGIN\n", "\0\n", "a: b\r\n\r\n"])
  func outside(_ text: String) throws {
    let pem = try CertificateAuthority(now: Self.now).pem
    #expect(try X509Certificate.parse(pem: text + pem + text + pem + text).count == 2)
  }

  @Test("a certificate and its key are read as they were written")
  func own() throws {
    let authority = try CertificateAuthority(now: Self.now)
    let made = try Self.leaf(authority)
    let read = try ServerCertificate(
      chainPEM: made.pem + authority.pem, keyPEM: made.keyPEM, now: Self.now)
    #expect(read.chain.count == 1)
    #expect(try read.pem == made.pem + authority.pem)
    #expect(try ECPrivateKey(pem: made.keyPEM).pem == made.keyPEM)
  }

  @Test("a certificate of one's own that cannot be used says why")
  func refusedOwn() throws {
    let authority = try CertificateAuthority(now: Self.now)
    let made = try Self.leaf(authority)
    let (pem, key) = try (made.pem, made.keyPEM)
    func refused(_ pem: String, _ key: String, _ now: Int = Self.now) -> CertificateError? {
      #expect(throws: CertificateError.self) {
        try ServerCertificate(chainPEM: pem, keyPEM: key, now: now)
      }
    }
    #expect(refused(pem, try Self.leaf(authority).keyPEM) == .keyMismatch)
    #expect(refused(pem, TestKeys.privatePKCS8) == .keyMismatch)
    let end = made.certificate.notAfter
    #expect(refused(pem, key, end + 1) == .expired(notAfter: end))
    let start = made.certificate.notBefore
    #expect(refused(pem, key, start - 1) == .notYetValid(notBefore: start))
    #expect(
      refused(key, key)
        == .missingBlock(.certificate, found: ["PRIVATE KEY"], expected: "CERTIFICATE"))
    #expect(
      refused(pem, pem) == .missingBlock(.key, found: ["CERTIFICATE"], expected: "PRIVATE KEY"))
    let texts = [
      (refused("", key), "the certificate cannot be read: no PEM block"),
      (refused(pem, "x"), "the key cannot be read: no PEM block"),
      (refused(pem, TestKeys.encrypted), "encrypted"),
      (
        refused("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key),
        "could not read certificate 1"
      ),
      (
        refused(pem, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        "could not read a PRIVATE KEY block"
      ),
      (refused(pem, key, end + 1), "the certificate expired at 2027-12-25T10:00:00Z"),
    ]
    for (error, text) in texts {
      #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    }
  }

  private static func leaf(_ authority: CertificateAuthority) throws -> ServerCertificate {
    try ServerCertificate(
      names: [
        .dns("localhost"), .dns("*.communication.azure.com"), .ip([127, 0, 0, 1]),
        .ip([UInt8](repeating: 0, count: 15) + [1]),
      ], issuer: .authority(authority), now: now)
  }
}
