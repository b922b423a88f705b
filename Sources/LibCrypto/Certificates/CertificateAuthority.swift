import COpenSSL
import Core

/// A certificate that signs those of servers, with its key.
package struct CertificateAuthority: Sendable {
  package let certificate: X509Certificate
  let key: ECPrivateKey

  /// How long a new authority is valid, in seconds: ten years.
  package static let lifetime = 3_650 * 86_400

  /// Makes a new key and a certificate that it signs itself, valid from a day ago.
  /// - Parameter now: seconds since 1970.
  package init(now: Int) throws(CertificateError) {
    try self.init(key: ECPrivateKey(), now: now)
  }

  /// Makes a certificate for a key that was kept, and that signs it itself.
  /// - Parameter now: seconds since 1970.
  package init(keyPEM: String, now: Int) throws(CertificateError) {
    try self.init(key: ECPrivateKey(PKey(privatePEM: keyPEM)), now: now)
  }

  private init(key: ECPrivateKey, now: Int) throws(CertificateError) {
    // Two authorities of one name would be taken for each other in a bundle that holds both.
    let mark = Hexadecimal.text(SecureRandom.bytes(count: 4).span)
    certificate = try X509Certificate.make(
      X509Certificate.Content(
        commonName: "redirect-emulator CA \(mark)", names: [], isAuthority: true,
        notBefore: now - ServerCertificate.headStart, notAfter: now + Self.lifetime),
      key: key.key, issuer: nil)
    self.key = key
  }

  /// Reads an authority that was kept: one certificate and its key.
  /// - Parameter now: seconds since 1970.
  package init(pem: String, keyPEM: String, now: Int) throws(CertificateError) {
    let certificates = try X509Certificate.parse(pem: pem)
    let key = try PKey(privatePEM: keyPEM)
    guard let first = certificates.first, X509_check_private_key(first.pointer, key.pointer) == 1
    else {
      ERR_clear_error()
      throw .keyMismatch
    }
    guard first.isAuthority else { throw .notAnAuthority }
    try first.checkTime(now: now)
    certificate = first
    self.key = ECPrivateKey(key)
  }

  /// The certificate, which clients are to trust.
  package var pem: String {
    get throws(CertificateError) { try certificate.pem }
  }

  /// The key, which nobody else may see.
  package var keyPEM: String {
    get throws(CertificateError) { try key.pem }
  }
}
