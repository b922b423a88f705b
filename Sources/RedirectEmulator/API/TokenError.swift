import RedirectCall

/// Why a token is not issued.
public enum TokenError: Error, Sendable, Hashable {
  /// The user has characters that no id has.
  case invalidUser(String)
  /// The scope has characters that no scope has.
  case invalidScope(String)
  /// The token cannot be signed, for the reason that libcrypto gives.
  case signing(String)

  init(_ fault: TokenIssuer.Fault) {
    self =
      switch fault {
      case .invalidName("scope", let value): .invalidScope(value)
      case .invalidName(_, let value): .invalidUser(value)
      case .signing(let error): .signing("\(error)")
      }
  }
}

extension TokenError: CustomStringConvertible {
  /// What was wrong, and what was expected.
  public var description: String {
    switch self {
    case .invalidUser(let value):
      "\(TokenIssuer.Fault.invalidName(what: "user", value: value))"
    case .invalidScope(let value):
      "\(TokenIssuer.Fault.invalidName(what: "scope", value: value))"
    case .signing(let reason): "the token cannot be signed: \(reason)"
    }
  }
}
