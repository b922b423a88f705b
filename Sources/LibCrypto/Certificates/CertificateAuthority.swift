import COpenSSL
import Core

/// A certificate that signs server certificates, with its key.
package struct CertificateAuthority: Sendable {
  package let certificate: X509Certificate
  let key: ECPrivateKey

  /// How long a new authority is valid, in seconds: ten years.
  package static let lifetime = 3_650 * 86_400

  /// Makes a new key and a self-signed certificate, valid from a day ago.
  /// - Parameter now: seconds since 1970.
  package init(now: Int) throws(CertificateError) {
    try self.init(key: ECPrivateKey(), now: now)
  }

  /// Makes a self-signed certificate for a key that was kept.
  /// - Parameter now: seconds since 1970.
  package init(keyPEM: String, now: Int) throws(CertificateError) {
    try self.init(key: ECPrivateKey(PKey(privatePEM: keyPEM)), now: now)
  }

  private init(key: ECPrivateKey, now: Int) throws(CertificateError) {
    // In a bundle with two authorities of the same name, one would be mistaken for the other.
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
