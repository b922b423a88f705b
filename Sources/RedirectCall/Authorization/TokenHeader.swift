import Core
import Documents

/// A JWT's header. Only RS256 signatures are accepted, so no token can choose how it is verified. RFC 7515 §4.1; RFC
/// 8725 §3.1.
struct TokenHeader: Sendable, Equatable {
  /// Which key signed, by its name.
  var keyID: String?

  init(_ json: DocumentNode) throws(Rejection) {
    guard let algorithm = json["alg"]?.string else {
      throw .denied(.invalidToken, "The token's header has no alg: expected RS256.")
    }
    guard algorithm == "RS256" else {
      throw .denied(
        .invalidToken, "The token's header has another alg than RS256: \(clipped(algorithm)).")
    }
    guard json["crit"] == nil else {
      throw .denied(.invalidToken, "The token's header has crit, and no extension is known.")
    }
    switch json["typ"]?.content {
    case nil: break
    case .string(let type)?
    where ["jwt", "at+jwt", "application/at+jwt"].contains { type.equalsIgnoringCase($0) }: break
    default: throw .denied(.invalidToken, "The token's header has another typ than JWT.")
    }
    switch json["kid"]?.content {
    case nil: keyID = nil
    case .string(let name)?: keyID = name
    default: throw .denied(.invalidToken, "The token's header has a kid that is not a string.")
    }
  }
}

/// A peer's text for a message, cut to a limited length.
func clipped(_ text: String) -> String {
  let bytes = Array(text.utf8)
  return bytes.span.quoted(0..<bytes.count, limit: 64)
}
