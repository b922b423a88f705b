import LibCrypto

// `#expect` cannot take a call apart whose arguments are spans, so the tests hand in arrays.

func hash(_ bytes: [UInt8]) -> SHA256Digest { SHA256.hash(bytes.span) }

func digest(base64: String) -> SHA256Digest? { SHA256Digest(base64: utf8(base64).span) }

func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool { constantTimeEquals(a.span, b.span) }

extension HMACSHA256Key {
  init(bytes: [UInt8]) { self.init(bytes.span) }
  func code(for bytes: [UInt8]) -> SHA256Digest { authenticationCode(for: bytes.span) }
}

extension RSAPublicKey {
  func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    verifyRS256(signature.span, of: message.span)
  }
}

extension RSAPrivateKey {
  func signature(of message: [UInt8]) throws -> [UInt8] { try signRS256(message.span) }
}
