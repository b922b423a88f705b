import Core
import EventLoop
import LibCrypto
import TLS

/// The certificates that the emulator shows, and what a client needs to trust them.
struct EmulatorTLS: Sendable {
  private let contexts: TLSContexts
  /// The authority's certificate in PEM; if the emulator has no authority, the given certificate.
  let caPEM: String
  /// When it was made.
  private let madeAt: Instant

  /// - Parameter names: the names that the certificates are valid for.
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
        // Not the given text: it may contain the key, too.
        caPEM = try certificate.pem
      } else {
        let authority =
          if let kept = configuration.authority {
            try CertificateAuthority(pem: kept.certificate, keyPEM: kept.key, now: now)
          } else {
            try CertificateAuthority(now: now)
          }
        contexts = try TLSContexts(authority: authority, names: names, now: now)
        caPEM = try authority.pem
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
    trusted.add(pem: CABundle.ofSystem(), isOfSystem: true)
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

/// Makes an authority that is to be kept: first its key, then a certificate for it.
package enum NewAuthority {
  /// A new key, in PEM.
  package static func key() throws -> String { try ECPrivateKey().pem }

  /// A self-signed certificate for a key, in PEM.
  package static func certificate(forKey key: String) throws -> String {
    let now = Int(clamping: SystemCall.realtimeNow() / 1_000_000_000)
    return try CertificateAuthority(keyPEM: key, now: now).pem
  }
}
