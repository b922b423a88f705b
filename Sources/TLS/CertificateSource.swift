import LibCrypto

/// Where certificates for names that the default one does not cover come from.
package enum CertificateSource: Sendable {
  /// Nowhere: the default certificate is shown to everybody.
  case fixed
  /// Made on first use, with the default one's key kind and fault.
  case made(by: ServerCertificate.Issuer, key: ECPrivateKey, expired: Bool)
}
