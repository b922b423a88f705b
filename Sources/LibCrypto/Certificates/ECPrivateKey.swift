import COpenSSL

/// A private key of a certificate. New keys are on the curve P-256: making one takes some 20 microseconds.
package struct ECPrivateKey: Sendable {
  let key: PKey

  /// A new key on P-256.
  package init() throws(CertificateError) {
    guard let pointer = redirect_p256_key() else { throw .library(.last("make an EC key")) }
    key = PKey(owning: pointer)
  }

  /// Reads a text's one EC key: `PRIVATE KEY` (RFC 5958) or `EC PRIVATE KEY` (RFC 5915).
  package init(pem: String) throws(CertificateError) {
    key = try PKey(privatePEM: pem)
    guard EVP_PKEY_get_base_id(key.pointer) == EVP_PKEY_EC else {
      throw .unreadable(.key, .invalidKey("not an EC key"))
    }
  }

  init(_ key: PKey) {
    self.key = key
  }

  /// The key as a `PRIVATE KEY` block, not encrypted. RFC 7468 §10.
  package var pem: String {
    get throws(CertificateError) {
      try MemoryBIO.text("write a private key") { bio in
        PEM_write_bio_PKCS8PrivateKey(bio, key.pointer, nil, nil, 0, nil, nil)
      }
    }
  }
}

extension PKey {
  /// Reads a text's one private key, of any kind: `PRIVATE KEY`, `EC PRIVATE KEY`, `RSA PRIVATE KEY`.
  convenience init(privatePEM text: String) throws(CertificateError) {
    let blocks = try PEMBlock.parse(text, of: .key)
    // `openssl ecparam -genkey` puts an EC PARAMETERS block before the key.
    guard let block = blocks.first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
      throw .missingBlock(.key, found: blocks.map(\.label), expected: "PRIVATE KEY")
    }
    guard block.label != "ENCRYPTED PRIVATE KEY" else {
      throw .unreadable(.key, .invalidKey("it is encrypted, which is not supported"))
    }
    let pointer = block.der.withUnsafeBufferPointer { der in
      var next = der.baseAddress
      return d2i_AutoPrivateKey(nil, &next, der.count)
    }
    guard let pointer else { throw .unreadable(.key, .last("read a \(block.label) block")) }
    self.init(owning: pointer)
    // libcrypto tries one kind after another. Each failed try leaves an error in the queue.
    ERR_clear_error()
  }
}
