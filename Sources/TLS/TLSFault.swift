/// What can be wrong with a server's TLS before a byte of HTTP, as a scenario's `fault: {tls: …}` names it.
package enum TLSFault: Sendable, Hashable {
  /// A certificate that no careful client accepts.
  case certificate(CertificateFault)
  /// A server that speaks no later version than this.
  case maxVersion(MaxVersion)

  /// What is wrong with a certificate.
  package enum CertificateFault: String, Sendable, Hashable, CaseIterable {
    /// Its time ended a day ago.
    case expired
    /// It is another host's.
    case wrongHost
    /// It is signed by an authority that nobody knows.
    case untrusted
    /// It is signed by its own key.
    case selfSigned
  }

  /// The versions that a server can be held back to.
  package enum MaxVersion: String, Sendable, Hashable, CaseIterable {
    case tls11 = "1.1"
  }
}
