import Core
import Synchronization
import TLS

/// Why a client's TLS handshake failed, in words for the person who has to fix it.
struct HandshakeFailure {
  enum Reason {
    case tls(TLSError)
    /// It was not done within `--header-timeout`.
    case timeout(Duration)
    /// There was no memory for the session.
    case memory
  }

  let reason: Reason
  /// How a client gets to trust the CA: ``ServerCore/howToTrustCA``.
  let howToTrustCA: String
  /// Whether the certificate is the user's own, and not one of the emulator's CA.
  let hasOwnCertificate: Bool
  /// The fault of a rule that happened before.
  let fault: TLSFault?
  /// Whether the client had seen a certificate.
  let sawCertificate: Bool

  /// The alert with which the client ended it.
  var alert: TLSAlert? {
    if case .tls(.peerAlert(let code)) = reason { TLSAlert(rawValue: code) } else { nil }
  }

  /// What the client has to trust, if it most likely does not trust the certificate; nil if a rule is the cause.
  var trust: String? {
    guard fault?.certificate == nil else { return nil }
    switch reason {
    case .tls(.peerAlert(let code)) where TLSAlert(rawValue: code)?.isOfDistrust == true:
      return whatToTrust
    case .tls(.closed), .tls(.system): return sawCertificate && fault == nil ? whatToTrust : nil
    default: return nil
    }
  }

  /// What happened, and what to do.
  var message: String {
    switch reason {
    case .timeout(let limit):
      return
        "The client did not finish the TLS handshake within \(DurationText(limit)) (--header-timeout)."
    case .memory:
      return
        "There was no memory for a TLS session. Start the emulator with a larger --max-memory."
    case .tls(.peerAlert(let code)): return afterAlert(code)
    case .tls(.closed), .tls(.system): return afterClose
    case .tls(.refused(let reason)): return refused(reason)
    case .tls(let error): return "\(error)."
    }
  }

  private func afterAlert(_ code: UInt8) -> String {
    let alert = TLSAlert(rawValue: code)
    let name = "alert \(alert?.name ?? String(code))"
    if fault?.certificate != nil {
      return "The client refused the rule's certificate (\(name))."
    }
    if alert?.isOfDistrust == true { return distrust("(\(name))") }
    switch alert {
    case .protocolVersion, .insufficientSecurity, .handshakeFailure, .illegalParameter:
      return
        "The client ended the TLS handshake (\(name)): it found no version or cipher that it accepts. \(offer)"
    case .internalError where sawCertificate && fault == nil:
      return
        "The client ended the TLS handshake (\(name)): Java with Netty sends this when it does not trust the certificate, or when the certificate is not valid for the host. Let it trust \(whatToTrust), and name the host by --tls-name, or by the variable REDIRECT_EMULATOR_TLS_NAME."
    default: return "The client ended the TLS handshake (\(name))."
    }
  }

  private var afterClose: String {
    if fault?.certificate != nil {
      return
        "The client closed the connection when it had seen the rule's certificate."
    }
    if sawCertificate && fault == nil {
      return
        "The client closed the connection in the TLS handshake, after it had seen the certificate and without an alert. Most often it does not trust the certificate: let it trust \(whatToTrust)."
    }
    return "The client closed the connection in the TLS handshake."
  }

  private func distrust(_ how: String) -> String {
    hasOwnCertificate
      ? "The client does not trust the certificate of --tls-cert \(how): let it trust \(whatToTrust)."
      : "The client does not trust the emulator's CA \(how): let it trust \(whatToTrust)."
  }

  private var whatToTrust: String {
    hasOwnCertificate
      ? "the CA that issued it, and connect to a name that the certificate is valid for"
      : "the CA, which \(howToTrustCA)"
  }

  private func refused(_ reason: String) -> String {
    if reason.contains("no application protocol") || reason.contains("no suitable application") {
      return
        "The client offers protocols by ALPN, and http/1.1 is not one of them: the emulator speaks HTTP/1.1."
    }
    if reason.contains("protocol") || reason.contains("version") {
      return
        "The client and the emulator have no version of TLS in common (\(reason)). \(offer)"
    }
    if reason.contains("shared cipher") {
      return "The client and the emulator have no cipher in common (\(reason)). \(offer)"
    }
    return "What the client sent is not a valid TLS handshake (\(reason))."
  }

  private var offer: String {
    if let version = fault?.maxVersion {
      return "The rule limits the emulator to TLS \(version.rawValue)."
    }
    return "The emulator speaks TLS 1.2 and 1.3."
  }
}

extension TLSAlert {
  /// Whether clients send it when they do not trust a certificate.
  fileprivate var isOfDistrust: Bool {
    switch self {
    case .unknownCA, .badCertificate, .certificateUnknown, .certificateExpired,
      .certificateRevoked, .unsupportedCertificate:
      true
    default: false
    }
  }
}

extension ServerCore {
  /// How a client gets to trust the CA, as the end of "the CA, which": where its certificate is. After an emulator has
  /// ended with `ring`, nothing is found there.
  var howToTrustCA: String {
    if configuration.endsWithRing {
      return
        "'redirect-emulator exec --ring URL -- COMMAND' gives it, as do 'redirect-emulator serve' and 'env'; this emulator ends with 'ring'"
    }
    let file = caFile.withLock { $0 }
    let url = configuration.controlAPI ? addresses.ownControl.http + "/_emulator/ca.pem" : nil
    return "is in " + [file, url].compactMap { $0 }.joined(separator: ", and at ")
  }
}
