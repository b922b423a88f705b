import EventLoop
import Glibc
import LibCrypto

/// Certificates made for names that clients asked for (SNI, RFC 6066 §3), by name.
///
/// Holds at most `limit`; the oldest leaves when one more comes. Guarded by a lock, since every loop's
/// handshakes come here; a handshake for a name that the default certificate covers does not.
final class CertificateCache: Sendable {
  static let limit = 256

  private struct Entries {
    var byName: [CertificateName: ServerCertificate] = [:]
    /// Names in the order of their making, as a ring once full; `oldest` is the next to leave.
    var order: [CertificateName] = []
    var oldest = 0
    var made = 0
    var dropped = 0
  }

  private let issuer: ServerCertificate.Issuer
  private let key: ECPrivateKey
  private let expired: Bool
  private let entries = Guarded(Entries())

  init(issuer: ServerCertificate.Issuer, key: ECPrivateKey, expired: Bool) {
    self.issuer = issuer
    self.key = key
    self.expired = expired
  }

  /// How many certificates were made, and how many of them dropped for newer ones.
  var counts: (made: Int, dropped: Int) {
    entries.withLock { ($0.made, $0.dropped) }
  }

  /// The certificate for a name; nil when none can be made.
  func certificate(for name: CertificateName) -> ServerCertificate? {
    entries.withLock { entries in
      if let found = entries.byName[name] { return found }
      let new = try? ServerCertificate(
        names: [name], issuer: issuer, key: key, now: time(nil), expired: expired)
      guard let new else { return nil }
      if entries.order.count < Self.limit {
        entries.order.append(name)
      } else {
        entries.byName[entries.order[entries.oldest]] = nil
        entries.order[entries.oldest] = name
        entries.oldest = (entries.oldest + 1) % Self.limit
        entries.dropped += 1
      }
      entries.byName[name] = new
      entries.made += 1
      return new
    }
  }
}
