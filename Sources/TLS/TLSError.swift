import Core
import COpenSSL
import Core
import Glibc

/// Why a TLS session failed, or something that it needs.
package enum TLSError: Error, Sendable, Equatable {
  /// The peer violated the protocol, or asked for something that is not on offer; the reason is libssl's. An alert was
  /// sent.
  case refused(reason: String)
  /// The peer ended the session by this alert. RFC 8446 §6.
  case peerAlert(code: UInt8)
  /// The peer closed the connection in the middle of the handshake.
  case closed
  /// A system call failed.
  case system(errno: Int32)
  /// The certificate cannot be used; the reason is libssl's.
  case unusableCertificate(reason: String)
  /// libssl cannot make what was asked for.
  case setup(operation: String, reason: String)

  /// The newest entry of this thread's error queue, which is then emptied.
  static func reason() -> String {
    let code = ERR_peek_last_error()
    defer { ERR_clear_error() }
    guard code != 0 else { return "no reason given" }
    guard let reason = ERR_reason_error_string(code) else { return "error \(code)" }
    return String(cString: reason)
  }
}

extension TLSError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .refused(let reason): "TLS refused: \(reason)"
    case .peerAlert(let code):
      "TLS ended by the client's alert \(TLSAlert(rawValue: code)?.name ?? String(code))"
    case .closed: "closed by the client in the TLS handshake"
    case .system(let errno): "the connection broke: \(String(cString: strerror(errno)))"
    case .unusableCertificate(let reason): "the certificate cannot be used for TLS: \(reason)"
    case .setup(let operation, let reason): "could not \(operation): \(reason)"
    }
  }
}
