import Core
import EventLoop
import LibCrypto
import TLS

/// The certificates that the emulator shows, and what a client needs to trust them.
struct EmulatorTLS: Sendable {
  private let contexts: TLSContexts
  /// The authority's certificate, or the given certificate where the emulator has no authority: in PEM.
  let caPEM: String
  /// The authority's key in PEM, where one was made or read.
  let authorityKey: String?
  /// When it was made.
  private let madeAt: Instant

  /// - Parameter names: what the certificates are valid for.
  /// - Throws: ``ConfigurationError`` for a certificate that cannot be used.
  init(_ configuration: Configuration.TLS, names: [CertificateName])
    throws(ConfigurationError)
  {
    madeAt = Instant(nanoseconds: Int64(clamping: SystemCall.realtimeNow()))
    let now = Int(clamping: madeAt.nanoseconds / 1_000_000_000)
    do {
      if let own = configuration.certificate {
        let certificate = try ServerCertificate(chainPEM: own.chain, keyPEM: own.key, now: now)
        contexts = try TLSContexts(certificate: certificate, names: names)
        caPEM = own.chain
        authorityKey = nil
      } else {
        let authority =
          if let kept = configuration.authority {
            try CertificateAuthority(pem: kept.certificate, keyPEM: kept.key, now: now)
          } else {
            try CertificateAuthority(now: now)
          }
        contexts = try TLSContexts(authority: authority, names: names, now: now)
        caPEM = try authority.pem
        authorityKey = try authority.keyPEM
      }
    } catch {
      throw ConfigurationError(
        configuration.certificate == nil ? "tls.authority" : "tls.certificate",
        option: configuration.certificate == nil ? "tls-dir" : "tls-cert", "\(error)",
        isAboutData: true)
    }
  }

  /// The system's authorities and the emulator's, in PEM.
  var bundle: [UInt8] { CABundle.bytes(with: caPEM) }

  /// The certificates of the system's authorities, those in `more`, and the emulator's.
  func trusted(with more: TrustedCertificates = TrustedCertificates()) -> TrustedCertificates {
    var trusted = TrustedCertificates()
    trusted.add(pem: CABundle.ofSystem())
    trusted.add(more)
    trusted.add(pem: Array(caPEM.utf8))
    return trusted
  }

  /// Certificates as a trust store for Java.
  func javaTrustStore(of certificates: TrustedCertificates) -> [UInt8] {
    certificates.javaKeyStore(madeAt: madeAt)
  }

  /// The context for a connection.
  func context(for fault: TLSFault?) throws(TLSError) -> TLSServerContext {
    guard let fault else { return contexts.standard }
    return try contexts.context(for: fault)
  }
}
