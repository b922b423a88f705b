import Core
import EventLoop
import Glibc
import LibCrypto
import Synchronization

/// Certificates made for names that clients asked for (SNI, RFC 6066 §3) and for addresses that they connected to.
///
/// It holds at most `limit` certificates: a new one replaces the oldest. A lock guards it, because the handshakes of
/// all loops use it. A handshake for a name that the default certificate covers does not.
final class CertificateCache: Sendable {
  static let limit = 256

  private struct Certificates {
    var byName = BoundedTable<CertificateName, ServerCertificate>(limit: CertificateCache.limit)
    var made = 0
  }

  private let issuer: ServerCertificate.Issuer
  private let key: ECPrivateKey
  private let names: [CertificateName]
  private let expired: Bool
  private let certificates = Guarded(Certificates())

  /// - Parameter names: names that a certificate for an address is also valid for.
  init(
    issuer: ServerCertificate.Issuer, key: ECPrivateKey, names: [CertificateName], expired: Bool
  ) {
    self.issuer = issuer
    self.key = key
    self.names = names
    self.expired = expired
  }

  /// How many certificates were made, and how many of them dropped for newer ones.
  var counts: (made: Int, dropped: Int) {
    certificates.withLock { ($0.made, Int(clamping: $0.byName.dropped)) }
  }

  /// The certificate for a name; nil when none can be made.
  func certificate(for name: CertificateName) -> ServerCertificate? {
    if let found = certificates.withLock({ $0.byName[name] }) { return found }
    // Made without the lock, so that no other handshake waits for this one. Two may make the same certificate: then the
    // first one stays.
    let new = try? ServerCertificate(
      names: name.isAddress ? [name] + names : [name], issuer: issuer, key: key,
      now: time(nil), expired: expired)
    guard let new else { return nil }
    return certificates.withLock { certificates in
      if let found = certificates.byName[name] { return found }
      certificates.byName.set(new, for: name)
      certificates.made += 1
      return new
    }
  }
}
