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

  /// - Parameter names: what the certificates are valid for.
  /// - Throws: ``ConfigurationError`` for a certificate that cannot be used.
  init(_ configuration: Configuration.TLS, names: [CertificateName])
    throws(ConfigurationError)
  {
    let now = Int(clamping: SystemCall.realtimeNow() / 1_000_000_000)
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

  /// The context for a connection.
  func context(for fault: TLSFault?) throws(TLSError) -> TLSServerContext {
    guard let fault else { return contexts.standard }
    return try contexts.context(for: fault)
  }
}
