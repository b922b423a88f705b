import LibCrypto

/// Where certificates for names that the default one does not cover come from.
package enum CertificateSource: Sendable {
  /// Nowhere: the default certificate is shown to everybody.
  case fixed
  /// Made on first use, with the default one's key kind and fault. One for an address is also valid for `names`: who
  /// connects to an address says no name.
  case made(
    by: ServerCertificate.Issuer, key: ECPrivateKey, names: [CertificateName], expired: Bool)
}
