/// What goes wrong with TLS before a byte of HTTP, as a scenario's `fault: {tls: …}` names it. The parts hold together:
/// a certificate that is bad can be shown by a server that speaks an old version.
package struct TLSFault: Sendable, Hashable {
  /// A certificate that no careful client accepts.
  package enum Certificate: String, Sendable, Hashable, CaseIterable {
    /// Its time ended a day ago.
    case expired
    /// It is another host's.
    case wrongHost
    /// It is signed by an authority that nobody knows.
    case untrusted
    /// It is signed by its own key.
    case selfSigned
  }

  /// The newest version that a server speaks.
  package enum Version: String, Sendable, Hashable, CaseIterable {
    case tls10 = "1.0"
    case tls11 = "1.1"
    case tls12 = "1.2"
    case tls13 = "1.3"
  }

  package var certificate: Certificate?
  /// The alert that ends the handshake. RFC 8446 §6.
  package var alert: TLSAlert?
  /// Whether the handshake never goes on.
  package var stall: Bool
  /// The newest version that is spoken; nil for those of a server without faults. A server that is held to an old version
  /// speaks no other one but still older ones: 1.0 and 1.1 are not mixed with those of today (RFC 8996).
  package var maxVersion: Version?
  /// Whether the connection ends without `close_notify`.
  package var noCloseNotify: Bool

  package init(
    certificate: Certificate? = nil, alert: TLSAlert? = nil, stall: Bool = false,
    maxVersion: Version? = nil, noCloseNotify: Bool = false
  ) {
    self.certificate = certificate
    self.alert = alert
    self.stall = stall
    self.maxVersion = maxVersion
    self.noCloseNotify = noCloseNotify
  }
}
