import HTTP1

/// What a credential says about its bearer, without any check: for the mode `any`, and for finding the resource that a
/// token names. Contract guide, Authorization.
package struct UnverifiedCaller: Sendable, Equatable {
  /// How a credential was sent.
  package enum Scheme: String, Sendable {
    /// A token that is not known to be Entra ID's.
    case bearer = "Bearer"
    /// A token that claims to be Entra ID's.
    case entra = "Entra"
    case accessKey = "HMAC-SHA256"
    case other
  }

  package var scheme: Scheme
  /// As in `TokenClaims.user`, if the credential is a token that can be read.
  package var user: String?
  /// As in `TokenClaims.resourceID`.
  package var resourceID: String?

  /// Accepts any `Authorization` that is not empty, and reads from it what can be read.
  package init(_ message: Span<UInt8>, head: RequestHead) throws(Rejection) {
    let value = try AuthorizationHeader.value(message, head: head)
    scheme = .other
    guard let header = try? AuthorizationHeader.parse(message, value: value) else { return }
    switch header {
    case .accessKey: scheme = .accessKey
    case .token(let range):
      scheme = .bearer
      guard let token = try? AccessToken(message, range),
        let json = try? AccessToken.object(message, token.payload, part: "payload"),
        let claims = try? TokenClaims(json)
      else { return }
      if claims.kind == .entra { scheme = .entra }
      user = claims.user
      resourceID = claims.resourceID
    }
  }
}
