import Core
import LibCrypto

/// Verifies tokens' signatures against the keys that may sign them. Contract guide, Authorization.
package struct TokenVerifier: Sendable {
  package let keys: [TokenKey]

  package init(keys: [TokenKey]) {
    self.keys = keys
  }

  /// Verifies the token in `range` and reads its claims. Times, scope and resource are left to
  /// `VerifiedToken.check`.
  ///
  /// A `kid` that names one of the keys chooses it; otherwise all are tried.
  package func verify(
    _ message: Span<UInt8>, _ range: Range<Int>
  ) throws(Rejection) -> VerifiedToken {
    let token = try AccessToken(message, range)
    let header = try TokenHeader(AccessToken.object(message, token.header, part: "header"))
    let signature = try AccessToken.decode(message, token.signature, part: "signature")
    let named = keys.filter { $0.keyID != nil && $0.keyID == header.keyID }
    let signed = message.extracting(token.signed)
    for key in named.isEmpty ? keys : named
    where key.key.verifyRS256(signature.span, of: signed) {
      let claims = try TokenClaims(AccessToken.object(message, token.payload, part: "payload"))
      return VerifiedToken(
        claims: claims, keyID: key.keyID, leeway: key.leeway,
        publicPart: message.array(in: range.lowerBound..<token.signature.lowerBound))
    }
    if !named.isEmpty, let kid = header.keyID {
      throw .denied(
        .invalidToken,
        "The token's signature is wrong: kid \(clipped(kid)) is a key known here, but it did not sign this header and payload, so the token was changed after it was signed, or another key signed it."
      )
    }
    let kid = header.keyID.map { "kid \(clipped($0))" } ?? "no kid"
    let known = keys.map { $0.keyID.map(clipped) ?? "one without kid" }.prefix(8)
    throw .denied(
      .invalidToken,
      "The token's signature is of no known key: it has \(kid), the keys known here are \(known.isEmpty ? "none" : known.joined(separator: ", "))."
    )
  }
}
