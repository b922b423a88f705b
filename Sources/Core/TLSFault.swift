/// What goes wrong with a connection's TLS: a scenario's `fault: {tls: …}`. Parts may be combined: a server that speaks
/// no newer version than 1.1 can show an expired certificate in it.
public struct TLSFault: Sendable, Hashable {
  /// How a certificate fails to verify.
  public enum Certificate: String, Sendable, Hashable, CaseIterable {
    /// Its time ended a day ago.
    case expired
    /// It is for another host.
    case wrongHost
    /// It is signed by an authority that nobody knows.
    case untrusted
    /// It is signed by its own key.
    case selfSigned
  }

  /// A version of TLS; the older one is less.
  public enum Version: String, Sendable, Hashable, CaseIterable, Comparable {
    /// RFC 2246.
    case tls10 = "1.0"
    /// RFC 4346.
    case tls11 = "1.1"
    /// RFC 5246.
    case tls12 = "1.2"
    /// RFC 8446.
    case tls13 = "1.3"

    /// Whether one is the older version.
    public static func < (one: Version, other: Version) -> Bool {
      one.rawValue < other.rawValue
    }
  }

  /// The certificate that the server shows; nil for the one that verifies.
  public var certificate: Certificate?
  /// The alert that answers the ClientHello and ends the handshake. Only `noCloseNotify` can be combined with it.
  public var alert: TLSAlert?
  /// Whether the handshake never continues.
  public var stall: Bool
  /// The newest version that the server speaks. With 1.2 or 1.3 the oldest is 1.2; with 1.0 or 1.1 the oldest is 1.0.
  /// nil is the default: 1.2 and 1.3.
  public var maxVersion: Version?
  /// Whether the connection ends without `close_notify`. RFC 8446 §6.1.
  public var noCloseNotify: Bool

  /// A fault with these parts; without any, nothing goes wrong.
  public init(
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
