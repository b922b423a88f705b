import LibCrypto
import Testing

@Suite struct SHA256Tests {
  @Test(
    "a digest is the published one",
    arguments: [
      ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
  func knownAnswers(text: String, times: Int, expected: String) {
    let bytes = Array(repeatElement(utf8(text), count: times).joined())
    #expect(hash(bytes).description == expected)
    var parts = SHA256()
    for start in stride(from: 0, to: bytes.count, by: 61) {
      parts.update(bytes.span.extracting(start..<min(start + 61, bytes.count)))
    }
    #expect(parts.finish().description == expected)
  }

  @Test("a copy of a hash is independent")
  func copies() {
    var first = SHA256()
    first.update(utf8("ab").span)
    var second = first
    first.update(utf8("c").span)
    second.update(utf8("d").span)
    #expect(first.finish() == hash(utf8("abc")))
    #expect(second.finish() == hash(utf8("abd")))
  }

  @Test("a digest is read from its base64 and nothing else")
  func base64() {
    let expected = hash(utf8("abc"))
    let text = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    #expect(expected.base64 == text)
    #expect(digest(base64: text) == expected)
    let wrong = [
      "", String(text.dropLast()), text + "=", String(text.dropLast(2)) + "==",
      // 33 bytes, a character of base64url, and bits beyond the last byte.
      "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0A", text.replacing("+", with: "-"),
      text.replacing("0=", with: "1="),
    ]
    for text in wrong { #expect(digest(base64: text) == nil, "\(text)") }
  }
}
