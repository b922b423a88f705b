import COpenSSL

/// An RSA key that verifies RS256 signatures: RSASSA-PKCS1-v1_5 with SHA-256. RFC 7518 §3.3.
package struct RSAPublicKey: Sendable {
  private let key: PKey

  /// Reads a text with one PEM block: `PUBLIC KEY` (RFC 7468 §13) or `RSA PUBLIC KEY` (RFC 8017 §A.1.1).
  package init(pem: String) throws(CryptoError) {
    try self.init(PEMBlock.single(of: pem))
  }

  /// Reads one PEM block. A private key's block gives its public part.
  package init(_ block: PEMBlock) throws(CryptoError) {
    switch block.label {
    case "PUBLIC KEY", "RSA PUBLIC KEY":
      let isSPKI = block.label == "PUBLIC KEY"
      let pointer = block.der.withUnsafeBufferPointer { der in
        var next = der.baseAddress
        return isSPKI
          ? d2i_PUBKEY(nil, &next, der.count)
          : d2i_PublicKey(EVP_PKEY_RSA, nil, &next, der.count)
      }
      guard let pointer else { throw .last("read a \(block.label) block") }
      key = PKey(owning: pointer)
      try key.checkRSA()
    case "PRIVATE KEY", "RSA PRIVATE KEY":
      self = try RSAPrivateKey(block).publicKey
    default:
      throw .invalidKey(
        "a PEM block \(block.label), expected PUBLIC KEY, RSA PUBLIC KEY, PRIVATE KEY or RSA PRIVATE KEY"
      )
    }
  }

  /// A key from its two numbers, big-endian, as in a JWK's `n` and `e`. RFC 7518 §6.3.1.
  package init(modulus: [UInt8], exponent: [UInt8]) throws(CryptoError) {
    guard modulus.count <= 1_024, exponent.count <= 8 else {
      throw .invalidKey(
        "a modulus of \(modulus.count) bytes and an exponent of \(exponent.count), expected at most 1024 and 8"
      )
    }
    guard let last = exponent.last, last % 2 == 1,
      exponent.dropLast().contains(where: { $0 != 0 }) || last > 1,
      let lowest = modulus.last, lowest % 2 == 1
    else {
      throw .invalidKey(
        "a modulus or exponent that no RSA key has: both are odd, the exponent above 1")
    }
    // The parameters hold the machine's own byte order, which is little-endian on all that this runs on.
    var n = Array(modulus.reversed())
    var e = Array(exponent.reversed())
    guard let pointer = redirect_rsa_public_key(&n, n.count, &e, e.count) else {
      throw .last("make an RSA key of its numbers")
    }
    key = PKey(owning: pointer)
    try key.checkRSA()
  }

  /// The key's `n`, big-endian.
  package var modulus: [UInt8] { key.integer(OSSL_PKEY_PARAM_RSA_N) }
  /// The key's `e`, big-endian.
  package var exponent: [UInt8] { key.integer(OSSL_PKEY_PARAM_RSA_E) }

  /// Whether `signature` is this key's RS256 signature of `message`.
  package func verifyRS256(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key.pointer) == 1 else {
      ERR_clear_error()
      return false
    }
    let verified = signature.withUnsafeBufferPointer { signature in
      message.withUnsafeBufferPointer { message in
        EVP_DigestVerify(
          context, signature.baseAddress, signature.count, message.baseAddress, message.count)
      }
    }
    if verified != 1 { ERR_clear_error() }
    return verified == 1
  }
}
