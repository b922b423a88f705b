import Core
import EventLoop
import Glibc
import LibCrypto
import Synchronization

/// The TLS contexts of a server: the standard one, and one for each fault, made when it is first needed.
package final class TLSContexts: Sendable {
  /// The context of a server without faults.
  package let standard: TLSServerContext
  /// The certificate of `standard`.
  package let certificate: ServerCertificate
  private let names: [CertificateName]
  private let authority: CertificateAuthority?
  /// The source of certificates for other names, for `standard`.
  private let source: CertificateSource
  private let faulty = Guarded<[Appearance: TLSServerContext]>([:])

  /// A server with certificates that an authority signs: one for `names`, and others when clients ask for them.
  /// - Parameter now: seconds since 1970.
  package init(
    authority: CertificateAuthority, names: [CertificateName], now: Int
  ) throws(TLSError) {
    self.names = names
    self.authority = authority
    let made = try Self.issued(.authority(authority), names: names, now: now)
    certificate = made.certificate
    source = made.source
    standard = try TLSServerContext(certificate: made.certificate, source: made.source)
  }

  /// A server with the user's own certificate, which is shown for every name that a client asks for. The certificates
  /// of faults are made for `names`, by an authority that clients do not know.
  package init(certificate: ServerCertificate, names: [CertificateName]) throws(TLSError) {
    self.names = names
    authority = nil
    source = .fixed
    self.certificate = certificate
    standard = try TLSServerContext(certificate: certificate)
  }

  /// The names of a server: the default ones, its own host, and further ones. The default ones are the loopback names
  /// and those of the service, because a client may resolve these to this machine. An address that stands for all
  /// addresses (`0.0.0.0`, `::`) is left out, because no client connects to it.
  /// - Parameter host: the address or name that the server listens on.
  package static func names(host: String? = nil, further: [CertificateName] = [])
    -> [CertificateName]
  {
    let texts =
      ["localhost", "*.localhost", "*.communication.azure.com", "127.0.0.1", "::1"]
      + (host.map { [$0] } ?? [])
    var names: [CertificateName] = []
    for name in texts.compactMap({ CertificateName($0, wildcard: true) }) + further {
      if case .ip(let bytes) = name, bytes.allSatisfy({ $0 == 0 }) { continue }
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The part of a fault that depends on the context; the rest depends on the connection.
  private struct Appearance: Hashable {
    var certificate: TLSFault.Certificate?
    var maxVersion: TLSFault.Version?
  }

  /// The context that shows a fault's certificate and speaks its versions; the standard one if the fault has neither.
  package func context(for fault: TLSFault) throws(TLSError) -> TLSServerContext {
    let appearance = Appearance(certificate: fault.certificate, maxVersion: fault.maxVersion)
    if appearance == Appearance() { return standard }
    if let found = faulty.withLock({ $0[appearance] }) { return found }
    // Made without the lock, so that no other handshake waits for this one. Two may make the same context: then the
    // first one stays.
    let new = try makeContext(appearance)
    return faulty.withLock { faulty in
      if let found = faulty[appearance] { return found }
      faulty[appearance] = new
      return new
    }
  }

  /// A host that no client asks for. RFC 6761 §6.4.
  private static let wrongHost = "wrong-host.invalid"

  private func makeContext(_ appearance: Appearance) throws(TLSError) -> TLSServerContext {
    let shown = try certificate(appearance.certificate)
    return try TLSServerContext(
      certificate: shown.certificate, source: shown.source, atMost: appearance.maxVersion,
      // A client that resumes a session would not see the certificate.
      resumes: appearance.certificate == nil)
  }

  /// The certificate that a fault shows, and the source of those for other names.
  private func certificate(
    _ fault: TLSFault.Certificate?
  ) throws(TLSError) -> (certificate: ServerCertificate, source: CertificateSource) {
    let now = time(nil)
    switch fault {
    case nil: return (certificate, source)
    case .expired:
      return try Self.issued(
        .authority(authority(now: now)), names: names, now: now, expired: true)
    case .wrongHost:
      let names = CertificateName(Self.wrongHost).map { [$0] } ?? []
      let made = try Self.issued(.authority(authority(now: now)), names: names, now: now)
      return (made.certificate, .fixed)
    case .untrusted:
      return try Self.issued(.authority(Self.newAuthority(now: now)), names: names, now: now)
    case .selfSigned:
      return try Self.issued(.itself, names: names, now: now)
    }
  }

  /// The server's authority; with the user's own certificate, a new one.
  private func authority(now: Int) throws(TLSError) -> CertificateAuthority {
    if let authority { return authority }
    return try Self.newAuthority(now: now)
  }

  private static func newAuthority(now: Int) throws(TLSError) -> CertificateAuthority {
    do throws(CertificateError) {
      return try CertificateAuthority(now: now)
    } catch {
      throw .unusableCertificate(reason: error.description)
    }
  }

  /// A certificate, and a source of more like it for other names, all with one key.
  private static func issued(
    _ issuer: ServerCertificate.Issuer, names: [CertificateName], now: Int, expired: Bool = false
  ) throws(TLSError) -> (certificate: ServerCertificate, source: CertificateSource) {
    do throws(CertificateError) {
      let key = try ECPrivateKey()
      let certificate = try ServerCertificate(
        names: names, issuer: issuer, key: key, now: now, expired: expired)
      return (certificate, .made(by: issuer, key: key, names: names, expired: expired))
    } catch {
      throw .unusableCertificate(reason: error.description)
    }
  }
}

/// The source of certificates for names that the default one does not cover.
package enum CertificateSource: Sendable {
  /// None: the default certificate is shown to every client.
  case fixed
  /// Made on first use, with the same kind of key and the same fault as the default one. A certificate for an address
  /// is also valid for `names`, because a client that connects to an address sends no name.
  case made(
    by: ServerCertificate.Issuer, key: ECPrivateKey, names: [CertificateName], expired: Bool)
}
