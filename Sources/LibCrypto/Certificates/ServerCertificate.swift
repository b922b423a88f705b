import COpenSSL

/// What a server shows to its clients: its certificate, those above it, and the key.
package struct ServerCertificate: Sendable {
  package let certificate: X509Certificate
  /// The certificates between the server's and its root, in order.
  package let chain: [X509Certificate]
  let key: PKey

  /// How long a new certificate is valid, in seconds: 397 days, the most that clients of the web accept.
  package static let lifetime = 397 * 86_400
  /// How long before it was made a new certificate begins to be valid, in seconds: clocks differ.
  package static let headStart = 86_400

  /// Who signs a new certificate.
  package enum Issuer: Sendable {
    case authority(CertificateAuthority)
    /// The certificate's own key: no client can trust it.
    case itself
  }

  /// Makes a certificate.
  /// - Parameters:
  ///   - names: at least one; the first is its common name too.
  ///   - key: the key to certify; a new one when nil.
  ///   - now: seconds since 1970.
  ///   - expired: makes one that expired a day before `now`.
  package init(
    names: [CertificateName], issuer: Issuer, key: ECPrivateKey? = nil, now: Int,
    expired: Bool = false
  ) throws(CertificateError) {
    guard let first = names.first else { throw .noNames }
    let key = if let key { key } else { try ECPrivateKey() }
    let start = expired ? now - Self.headStart - Self.lifetime : now - Self.headStart
    let content = X509Certificate.Content(
      commonName: first.text, names: names, isAuthority: false, notBefore: start,
      notAfter: expired ? now - Self.headStart : now + Self.lifetime)
    let signer: (X509Certificate, PKey)? =
      switch issuer {
      case .authority(let authority): (authority.certificate, authority.key.key)
      case .itself: nil
      }
    certificate = try X509Certificate.make(content, key: key.key, issuer: signer)
    chain = []
    self.key = key.key
  }

  /// Reads the user's own certificate, with those above it, and its key.
  /// - Parameters:
  ///   - chainPEM: the server's certificate first, then those that lead to its root.
  ///   - keyPEM: one key of any kind that TLS knows, not encrypted.
  ///   - now: seconds since 1970.
  package init(chainPEM: String, keyPEM: String, now: Int) throws(CertificateError) {
    var certificates = try X509Certificate.parse(pem: chainPEM)
    let first = certificates.removeFirst()
    key = try PKey(privatePEM: keyPEM)
    guard X509_check_private_key(first.pointer, key.pointer) == 1 else {
      ERR_clear_error()
      throw .keyMismatch
    }
    try first.checkTime(now: now)
    certificate = first
    chain = certificates
  }

  /// The certificate and those above it.
  package var pem: String {
    get throws(CertificateError) {
      var text = try certificate.pem
      for other in chain { text += try other.pem }
      return text
    }
  }

  /// The key, which nobody else may see.
  package var keyPEM: String {
    get throws(CertificateError) { try ECPrivateKey(key).pem }
  }

  /// Lends libcrypto's objects to the module that speaks TLS, which takes references of its own.
  package func withPointers<Result>(
    _ body: (_ certificate: OpaquePointer, _ chain: [OpaquePointer], _ key: OpaquePointer) -> Result
  ) -> Result {
    withExtendedLifetime(self) {
      body(certificate.pointer, chain.map(\.pointer), key.pointer)
    }
  }
}
