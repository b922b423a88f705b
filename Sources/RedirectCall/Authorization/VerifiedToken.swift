import Core
import Synchronization

/// A token with a valid signature. What depends on the time or the resource is checked separately, by `check`. So one
/// of these can be kept and used for every request that has the same bytes.
///
/// A class, although it is a plain value, so that taking one from a cache costs one reference count and not
/// one for each of its strings.
package final class VerifiedToken: Sendable {
  package let claims: TokenClaims
  /// The name of the key that signed, if it has one.
  package let keyID: String?
  /// The token's bytes before its signature, the last dot included: the part that may be shown. Code that keeps
  /// requests can keep this one copy for all of them.
  package let publicPart: [UInt8]

  /// For this many seconds before its `nbf` and after its `exp` it is valid, too.
  private let leeway: Int64
  private let isPartCounted = Atomic<Bool>(false)

  init(claims: TokenClaims, keyID: String?, leeway: Int64, publicPart: [UInt8]) {
    self.claims = claims
    self.keyID = keyID
    self.leeway = leeway
    self.publicPart = publicPart
  }

  /// Whether this is the first call. The first caller has to count the memory of ``publicPart``.
  package func countsPublicPart() -> Bool {
    // Usually it is counted already, and a load costs less than an exchange.
    !isPartCounted.load(ordering: .relaxed) && !isPartCounted.exchange(true, ordering: .relaxed)
  }

  /// Checks that the token is valid for a request now. A token that the emulator issued gets no leeway: the clock is
  /// the resource's own. Others get ``TokenKey/foreignLeeway``.
  /// - Parameters:
  ///   - now: on the resource's clock.
  ///   - requiredScope: a scope that a user access token needs; Entra tokens need none.
  ///   - resourceID: in lower case; a token that names a resource must be for this one.
  /// - Throws: 401 if it is expired or not yet valid, 403 if the scope or the resource is another one.
  package func check(
    now: Instant, requiredScope: String = "voip", resourceID: String
  ) throws(Rejection) {
    // `now` is limited to the years of a date, so the subtraction cannot overflow. The claims may be any number.
    guard now.seconds - leeway < claims.expiresAt else {
      throw .denied(
        .invalidToken,
        "The token is expired: its exp is \(claims.expiresAt), the clock says \(now.seconds)\(shownLeeway)."
      )
    }
    if let notBefore = claims.notBefore, now.seconds + leeway < notBefore {
      throw .denied(
        .invalidToken,
        "The token is not yet valid: its nbf is \(notBefore), the clock says \(now.seconds)\(shownLeeway)."
      )
    }
    guard claims.kind == .entra || claims.scopes.contains(requiredScope) else {
      throw .insufficientPermissions(
        "The token's acsScope is \(clipped(claims.scopes.joined(separator: ","))), expected \(requiredScope) in it."
      )
    }
    // An Entra token of another issuer names no resource.
    guard claims.resourceID == resourceID || claims.kind == .entra && claims.resourceID == nil
    else {
      throw .otherResource(
        "The token is of the resource \(clipped(claims.resourceID ?? "")), expected \(resourceID).")
    }
  }

  private var shownLeeway: String { leeway == 0 ? "" : ", with a leeway of \(leeway) s" }
}
