import COpenSSL

/// An RSA key that makes RS256 signatures: RSASSA-PKCS1-v1_5 with SHA-256. RFC 7518 §3.3.
package struct RSAPrivateKey: Sendable {
  private let key: PKey

  /// Reads a text with one PEM block: `PRIVATE KEY` (RFC 7468 §10) or `RSA PRIVATE KEY` (RFC 8017 §A.1.2).
  package init(pem: String) throws(CryptoError) {
    try self.init(PEMBlock.single(of: pem))
  }

  package init(_ block: PEMBlock) throws(CryptoError) {
    guard block.label == "PRIVATE KEY" || block.label == "RSA PRIVATE KEY" else {
      throw .invalidKey("a PEM block \(block.label), expected PRIVATE KEY or RSA PRIVATE KEY")
    }
    let pointer = block.der.withUnsafeBufferPointer { der in
      redirect_rsa_private_key(der.baseAddress, der.count, block.label == "PRIVATE KEY" ? 1 : 0)
    }
    guard let pointer else {
      guard ERR_peek_last_error() != 0 else { throw .invalidKey("not an RSA key") }
      throw .last("read a \(block.label) block")
    }
    key = PKey(owning: pointer)
    try key.checkRSA()
  }

  /// The public part of the key.
  package var publicKey: RSAPublicKey {
    get throws(CryptoError) {
      try RSAPublicKey(
        modulus: key.integer(OSSL_PKEY_PARAM_RSA_N), exponent: key.integer(OSSL_PKEY_PARAM_RSA_E))
    }
  }

  /// The RS256 signature of `message`: as many bytes as the modulus has.
  package func signRS256(_ message: Span<UInt8>) throws(CryptoError) -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else { throw .last("make a signature") }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key.pointer) == 1 else {
      throw .last("begin a signature")
    }
    var count = Int(EVP_PKEY_get_size(key.pointer))
    var signature = [UInt8](repeating: 0, count: count)
    let signed = message.withUnsafeBufferPointer { message in
      EVP_DigestSign(context, &signature, &count, message.baseAddress, message.count)
    }
    guard signed == 1 else { throw .last("make a signature") }
    signature.removeLast(signature.count - count)
    return signature
  }
}
