import LibCrypto
import Testing

@Suite struct CertificateNameTests {
  @Test(
    "host names and addresses are distinguished and written one way",
    arguments: [
      ("localhost", .dns("localhost")), ("Shop.Example.COM", .dns("shop.example.com")),
      ("a_b.example", .dns("a_b.example")),
      ("xn--bcher-kva.example", .dns("xn--bcher-kva.example")),
      ("127.0.0.1", .ip([127, 0, 0, 1])), ("1.example", .dns("1.example")),
      ("::1", .ip([UInt8](repeating: 0, count: 15) + [1])),
      ("[::1]", .ip([UInt8](repeating: 0, count: 15) + [1])),
    ] as [(String, CertificateName)])
  func read(text: String, name: CertificateName) {
    #expect(CertificateName(text) == name)
    #expect(CertificateName(name.text) == name)
  }

  @Test(
    "what is neither is refused",
    arguments: [
      "", ".", "a.", ".a", "a..b", "-a", "a-.b", "a b", "a,DNS:b", "a\0b", "bücher.example",
      "1.2.3", "300.1.1.1", "*.example.com", "*", "a/b", "[::1", "[::1]:80",
      String(repeating: "a", count: 64) + ".example", String(repeating: "a.", count: 127) + "ab",
    ])
  func refused(text: String) {
    #expect(CertificateName(text) == nil)
  }

  @Test("a wildcard stands for the first label alone, where it is allowed")
  func wildcards() {
    #expect(CertificateName("*.example.com", wildcard: true) == .dns("*.example.com"))
    for text in ["*", "a.*", "*a.example", "*.*.example", "*."] {
      #expect(CertificateName(text, wildcard: true) == nil, "\(text)")
    }
  }
}
