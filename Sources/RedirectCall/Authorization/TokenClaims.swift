import Core
import Documents

/// What a token says, if it matters here. Contract guide, Authorization; RFC 7519 §4.1.
package struct TokenClaims: Sendable, Equatable {
  /// Who issued the token, and so what must be in it.
  package enum Kind: Sendable, Equatable {
    /// A user access token of the service: it has `skypeid`.
    case user
    /// An Entra token for the service as its audience.
    case entra
  }

  package var kind: Kind
  /// For the journal: `8:` and the `skypeid`, or the Entra object or application.
  package var user: String
  /// The resource that issued a user access token, or the resource that the emulator's own Entra token is for, in lower
  /// case. It is nil for other Entra tokens, which name no resource.
  package var resourceID: String?
  package var resourceLocation: String?
  /// The scopes of `acsScope`, in their order.
  package var scopes: [String]
  /// Seconds since 1970 from which on the token is no longer accepted.
  package var expiresAt: Int64
  /// Seconds since 1970 before which the token is not yet accepted.
  package var notBefore: Int64?

  /// The one audience of Entra tokens; a slash and a path may follow.
  package static let audience = "https://communication.azure.com"

  init(_ json: DocumentNode) throws(Rejection) {
    guard let expiry = try Self.date(json, "exp", rounded: .down) else {
      throw .denied(.invalidToken, "The token has no exp, the time from which on it is expired.")
    }
    expiresAt = expiry
    notBefore = try Self.date(json, "nbf", rounded: .up)
    _ = try Self.date(json, "iat", rounded: .down)
    resourceLocation = try Self.text(json, "resourceLocation")
    scopes = try Self.text(json, "acsScope")?.split(separator: ",").map(String.init) ?? []
    let claimedResource = try Self.text(json, "resourceId")
    if let identity = try Self.text(json, "skypeid") {
      guard let issuer = Self.resource(ofIdentity: identity) else {
        throw .denied(
          .invalidToken,
          "The token's skypeid is \(clipped(identity)), expected acs:<resource>_<user>.")
      }
      kind = .user
      user = "8:" + identity
      resourceID = (claimedResource ?? issuer).lowercased()
      return
    }
    let audiences: [String]
    switch json["aud"]?.content {
    case .string(let one)?: audiences = [one]
    case .array(let several)?: audiences = several.compactMap(\.string)
    case nil: audiences = []
    default:
      throw .denied(.invalidToken, "The token's aud is neither a string nor an array of them.")
    }
    guard audiences.contains(where: Self.isAudience) else {
      throw .denied(
        .invalidToken,
        "The token is of no known kind: it has no skypeid, as user access tokens have, and its aud is \(audiences.isEmpty ? "absent" : audiences.prefix(4).map(clipped).joined(separator: ", ")), not \(Self.audience)."
      )
    }
    kind = .entra
    resourceID = claimedResource?.lowercased()
    let names = ["oid", "appid", "azp", "iss"]
    user = names.lazy.compactMap { json[$0]?.string }.first ?? ""
  }

  /// Whether a text is the audience, with or without what may follow it.
  package static func isAudience(_ text: String) -> Bool {
    guard text.utf8.starts(with: audience.utf8) else { return false }
    let rest = text.utf8.dropFirst(audience.utf8.count)
    return rest.isEmpty || rest.first == ASCII.slash
  }

  /// `<resource>` of `acs:<resource>_<user>`, also in the other clouds' forms.
  private static func resource(ofIdentity identity: String) -> String? {
    let parts = identity.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, ["acs", "gcch-acs", "dod-acs"].contains(parts[0]) else { return nil }
    let ids = parts[1].split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
    guard ids.count == 2, !ids[0].isEmpty, !ids[1].isEmpty else { return nil }
    return String(ids[0])
  }

  private static func text(_ json: DocumentNode, _ name: String) throws(Rejection) -> String? {
    switch json[name]?.content {
    case nil: return nil
    case .string(let text)?: return text
    default: throw .denied(.invalidToken, "The token's \(name) is not a string.")
    }
  }

  /// A NumericDate, which may have a fraction. RFC 7519 §2.
  private static func date(
    _ json: DocumentNode, _ name: String, rounded rule: FloatingPointRoundingRule
  ) throws(Rejection) -> Int64? {
    switch json[name]?.content {
    case nil: return nil
    case .integer(let seconds)?: return Int64(seconds)
    case .number(let seconds)?:
      if let whole = Int64(exactly: seconds.rounded(rule)) { return whole }
    default: break
    }
    throw .denied(.invalidToken, "The token's \(name) is not a number of seconds since 1970.")
  }
}
