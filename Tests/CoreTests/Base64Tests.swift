import Core
import Testing

@Suite struct Base64Tests {
  @Test(
    "text is that of RFC 4648",
    arguments: [
      ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
      ("foob", "Zm9vYg==", "Zm9vYg"), ("fooba", "Zm9vYmE=", "Zm9vYmE"),
      ("foobar", "Zm9vYmFy", "Zm9vYmFy"), ("~~?>~", "fn4/Pn4=", "fn4_Pn4"),
    ])
  func knownAnswers(plain: String, standard: String, url: String) throws {
    #expect(Base64.standard.text(of: Array(plain.utf8)) == standard)
    #expect(Base64.url.text(of: Array(plain.utf8)) == url)
    #expect(try Base64.standard.decode(standard) == Array(plain.utf8))
    #expect(try Base64.url.decode(url) == Array(plain.utf8))
  }

  @Test("every byte string comes back as it was")
  func roundTrip() throws {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
      #expect(try Base64.standard.decode(Base64.standard.text(of: bytes)) == bytes)
      #expect(try Base64.url.decode(Base64.url.text(of: bytes)) == bytes)
    }
  }

  @Test(
    "what is not canonical base64 is refused",
    arguments: [
      "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====", "=", "Zm8=Zm8=", "Zm 9", "Zm9v\n",
      "Zm9-", "Zm9_", "Zm9\u{0}", "Zm9é", "Zg=a",
    ])
  func refusedStandard(text: String) {
    #expect(throws: Base64.Fault.self) { try Base64.standard.decode(text) }
  }

  @Test(
    "what is not canonical base64url is refused",
    arguments: ["Zg==", "Z", "Zh", "Zm9", "Zm9vY", "Zm9+", "Zm9/", "Zm9v=", " Zg"])
  func refusedURL(text: String) {
    #expect(throws: Base64.Fault.self) { try Base64.url.decode(text) }
  }

  @Test("a fault says where it is")
  func offset() {
    #expect(throws: Base64.Fault(offset: 2, reason: "byte 0x21")) {
      try Base64.standard.decode("Zm!v")
    }
  }
}

extension Base64 {
  // `#expect` cannot take a call apart whose arguments are spans.
  fileprivate func text(of bytes: [UInt8]) -> String { encode(bytes.span) }
}
