import COpenSSL

/// Why an operation of this module failed.
package enum CryptoError: Error, Sendable, Equatable {
  /// A key that cannot be used: what was found and what was expected.
  case invalidKey(String)
  /// libcrypto refused: the operation as a verb phrase, and the library's own reason.
  case library(operation: String, reason: String)

  /// The newest entry of this thread's libcrypto error queue, which is then emptied: an old entry would look like a
  /// fault of the TLS session that this thread serves next.
  static func last(_ operation: String) -> CryptoError {
    let code = ERR_peek_last_error()
    defer { ERR_clear_error() }
    guard code != 0 else { return .library(operation: operation, reason: "no reason given") }
    guard let reason = ERR_reason_error_string(code) else {
      return .library(operation: operation, reason: "error \(code)")
    }
    return .library(operation: operation, reason: String(cString: reason))
  }
}

extension CryptoError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .invalidKey(let reason): reason
    case .library(let operation, let reason): "could not \(operation): \(reason)"
    }
  }
}
