import Core
import LibCrypto
import RedirectCall
import Testing

@Suite struct AccessKeyTests {
  @Test("a signature is HMAC-SHA256 of the text, as base64")
  func signature() throws {
    // RFC 4231 §4.3: the key "Jefe".
    let key = try AccessKey(base64: "SmVmZQ==")
    #expect(
      key.signature(of: "what do ya want for nothing?")
        == "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=")
    #expect(key.base64 == "SmVmZQ==")
  }

  @Test(
    "what is not a key is refused without repeating it",
    arguments: ["", "c2VjcmV0LXRleHQ", "secret-text!", "c2VjcmV0LXRleHQ= ", "_-__"])
  func refused(text: String) {
    let error = #expect(throws: CryptoError.self) { try AccessKey(base64: text) }
    #expect(text.isEmpty || error?.description.contains(text) == false)
  }

  @Test("random keys are 64 bytes and differ")
  func random() throws {
    let key = AccessKey.random()
    #expect(try Base64.standard.decode(key.base64).count == 64)
    #expect(key.base64 != AccessKey.random().base64)
    #expect(try AccessKey(base64: key.base64).signature(of: "x") == key.signature(of: "x"))
  }
}
