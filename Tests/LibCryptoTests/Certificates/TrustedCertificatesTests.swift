import Core
import LibCrypto
import Testing

@Suite struct TrustedCertificatesTests {
  private static func authority() throws -> String {
    try CertificateAuthority(now: ServerCertificateTests.now).pem
  }

  private static func read(_ texts: String...) -> TrustedCertificates {
    var trusted = TrustedCertificates()
    for text in texts { trusted.add(pem: Array(text.utf8)) }
    return trusted
  }

  @Test("only certificates count, whatever else the text has, and each counts once")
  func passesOver() throws {
    let (first, second) = (try Self.authority(), try Self.authority())
    let key = try CertificateAuthority(now: ServerCertificateTests.now).keyPEM
    let damaged = first.replacing(
      "-----BEGIN CERTIFICATE-----\n", with: "-----BEGIN CERTIFICATE-----\n#")
    let noCertificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    let unended = "-----BEGIN CERTIFICATE-----\nAAAA\n"
    for (text, expected) in [
      ("", ""), ("nothing at all\n", ""), (first, first), (first + second, first + second),
      ("# a name\n\(first)é \0 text\n\(second)end", first + second), (first + first, first),
      (key + first, first), (first + key, first), (damaged + second, second),
      (noCertificate + second, second), (first + unended, first),
      (first.replacing("\n", with: "\r\n"), first),
      (
        first.replacing("BEGIN CERT", with: "BEGIN X509 CERT").replacing(
          "END CERT", with: "END X509 CERT"), first
      ),
    ] {
      #expect(String(decoding: Self.read(text).pem, as: UTF8.self) == expected, "\(text)")
    }
  }

  @Test(
    "of the system's certificates only the outer form is looked at, and what does not have it is skipped"
  )
  func ofSystem() throws {
    let whole = try Self.authority()
    let der = try #require(Self.read(whole).encoded.first)
    let longer = der + [0]
    var wrongInside = der
    wrongInside[4] = 0x31
    for (bytes, expected) in [
      // What is behind a certificate is dropped.
      (der, [der]), (longer, [der]), (Array(der.dropLast()), []), (wrongInside, []), ([], []),
      ([0x30], []), ([0x30, 0x80], []), ([0x30, 0x85, 1, 1, 1, 1, 1], []), ([0x30, 0], []),
      ([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], []),
    ] as [([UInt8], [[UInt8]])] {
      let text =
        "-----BEGIN CERTIFICATE-----\n\(Base64.standard.encode(bytes.span))\n-----END CERTIFICATE-----\n"
      var trusted = TrustedCertificates()
      trusted.add(pem: Array(text.utf8), isOfSystem: true)
      #expect(trusted.encoded == expected, "\(bytes.count)")
    }
  }

  @Test("those that another set has are taken out, and those that it adds come last")
  func sets() throws {
    let texts = [try Self.authority(), try Self.authority(), try Self.authority()]
    var trusted = Self.read(texts[0], texts[1])
    trusted.remove(Self.read(texts[0], texts[2]))
    #expect(trusted.encoded == Self.read(texts[1]).encoded)
    trusted.add(Self.read(texts[1], texts[0]))
    #expect(trusted.encoded == Self.read(texts[1], texts[0]).encoded)
    trusted.remove(trusted)
    #expect(trusted.isEmpty && trusted.pem.isEmpty)
  }

  @Test("a key store of Java has its entries in their order, and a digest")
  func javaKeyStore() throws {
    let time = Instant(nanoseconds: 1_795_428_000_123_000_000)
    #expect(
      Hexadecimal.text(TrustedCertificates().javaKeyStore(madeAt: time).span)
        == "feedfeed0000000200000000" + "e2686e45fb43dfa4d992dd41ceb6b21c6330d792")
    let trusted = Self.read(try Self.authority(), try Self.authority())
    var expected = "feedfeed" + "00000002" + "00000002"
    for (index, der) in trusted.encoded.enumerated() {
      expected += "00000002" + "0004" + Hexadecimal.text(Array("ca-\(index + 1)".utf8).span)
      expected += "000001a207d9217b" + "0005" + Hexadecimal.text(Array("X.509".utf8).span)
      expected += Hexadecimal.text(
        [
          UInt8(der.count >> 24), UInt8(der.count >> 16 & 255), UInt8(der.count >> 8 & 255),
          UInt8(der.count & 255),
        ]
        .span)
      expected += Hexadecimal.text(der.span)
    }
    let store = Hexadecimal.text(trusted.javaKeyStore(madeAt: time).span)
    #expect(store.hasPrefix(expected))
    #expect(store.utf8.count == expected.utf8.count + 40)
  }
}
