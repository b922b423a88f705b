import Core

/// A token whose signature holds. What changes with time or place is checked apart, by `check`, so that one of
/// these can be kept and used for every request that carries the same bytes.
///
/// A class, although it is a plain value, so that taking one from a cache costs one reference count and not
/// one for each of its strings.
package final class VerifiedToken: Sendable {
  package let claims: TokenClaims
  /// The name of the key that signed, where it has one.
  package let keyID: String?
  /// Bytes of the token before its signature, the last dot included: what may be shown of it.
  package let publicLength: Int

  init(claims: TokenClaims, keyID: String?, publicLength: Int) {
    self.claims = claims
    self.keyID = keyID
    self.publicLength = publicLength
  }

  /// Whether the token is good for a request now. No leeway is given: the clock is the resource's own.
  /// - Parameters:
  ///   - now: on the resource's clock.
  ///   - requiredScope: a scope that a user access token needs; Entra tokens need none.
  ///   - resourceID: in lower case; a user access token must be this resource's.
  /// - Throws: 401 where it is expired or not yet valid, 403 where scope or resource is another.
  package func check(
    now: Instant, requiredScope: String = "voip", resourceID: String
  ) throws(Rejection) {
    guard now.seconds < claims.expiresAt else {
      throw .denied(
        .invalidToken,
        "The token is expired: its exp is \(claims.expiresAt), the clock says \(now.seconds).")
    }
    if let notBefore = claims.notBefore, now.seconds < notBefore {
      throw .denied(
        .invalidToken,
        "The token is not yet valid: its nbf is \(notBefore), the clock says \(now.seconds).")
    }
    guard claims.kind == .user else { return }
    guard claims.scopes.contains(requiredScope) else {
      throw .insufficientPermissions(
        "The token's acsScope is \(clipped(claims.scopes.joined(separator: ","))), expected \(requiredScope) in it."
      )
    }
    guard claims.resourceID == resourceID else {
      throw .otherResource(
        "The token is of the resource \(clipped(claims.resourceID ?? "")), expected \(resourceID).")
    }
  }
}
