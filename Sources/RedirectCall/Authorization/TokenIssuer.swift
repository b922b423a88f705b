import Core
import Documents
import LibCrypto

/// Signs user access tokens with the claims of the service's own tokens, and Entra tokens. Contract guide,
/// Authorization.
package struct TokenIssuer: Sendable {
  /// Why no token is issued.
  package enum Fault: Error, Sendable, Equatable {
    /// A user, resource, scope or location with a character that no id has.
    case invalidName(what: String, value: String)
    case signing(CryptoError)
  }

  package let keyID: String
  /// What is in `resourceLocation`.
  package let location: String
  private let key: RSAPrivateKey

  package init(key: RSAPrivateKey, keyID: String, location: String = "unitedstates") {
    self.key = key
    self.keyID = keyID
    self.location = location
  }

  /// The key that verifies this issuer's tokens.
  package var tokenKey: TokenKey {
    get throws(CryptoError) { TokenKey(keyID: keyID, key: try key.publicKey, leeway: 0) }
  }

  /// - Parameters:
  ///   - user: the part of the id after the resource, a whole `acs:…` or `8:acs:…` id, or nil for a new user.
  ///   - resource: the resource's id, a GUID.
  ///   - scopes: the value of `acsScope`, e.g. `voip`, `chat`.
  ///   - lifetime: from `issuedAt` on; zero or less makes an expired token.
  package func issue(
    user: String? = nil, resource: String, scopes: [String] = ["voip"], issuedAt: Instant,
    lifetime: Duration
  ) throws(Fault) -> IssuedToken {
    let identity = Self.identity(user: user ?? SecureRandom.uuid(), resource: resource)
    try Self.check("user", identity)
    try Self.check("resource", resource)
    for scope in scopes { try Self.check("scope", scope) }
    let issued = issuedAt.seconds
    let (sum, overflow) = issued.addingReportingOverflow(lifetime.components.seconds)
    let expiry = overflow ? (lifetime < .zero ? Int64.min : Int64.max) : sum
    // `scp` is the bit set that the service's own tokens have. Nothing here is known to read it.
    var payload = JSONWriter()
    payload.object { writer in
      writer.member("skypeid", identity)
      writer.member("scp", 1792)
      writer.member("csi", String(issued))
      writer.member("exp", expiry)
      writer.member("rgn", "emulator")
      writer.member("acsScope", scopes.joined(separator: ","))
      writer.member("resourceId", resource)
      writer.member("resourceLocation", location)
      writer.member("iat", issued)
    }
    return IssuedToken(
      token: try sign(payload: payload.bytes), expiresOn: Instant(seconds: expiry),
      user: "8:" + identity)
  }

  /// An Entra token for an application's managed identity, with the claims of Entra ID's own tokens (Microsoft identity
  /// platform, "Access token claims reference"). It also names the resource, which Entra ID's tokens do not. So one
  /// process can use several resources of an emulator.
  ///
  /// - Parameters:
  ///   - resource: the resource's id, a GUID. It is the application's id, too.
  ///   - object: the identity's object id; nil is the resource's id.
  ///   - issuedAt: the token is valid from five minutes before, like Entra ID's tokens.
  ///   - expiresAt: the moment from which on it is no longer accepted.
  package func issueEntra(
    resource: String, object: String? = nil, issuedAt: Instant, expiresAt: Instant
  ) throws(Fault) -> IssuedToken {
    let object = object ?? resource
    try Self.check("resource", resource)
    try Self.check("user", object)
    let notBefore = issuedAt.seconds.subtractingReportingOverflow(300)
    var payload = JSONWriter()
    payload.object { writer in
      writer.member("aud", TokenClaims.audience)
      writer.member("iss", "https://sts.windows.net/\(Self.tenant)/")
      writer.member("iat", issuedAt.seconds)
      writer.member("nbf", notBefore.overflow ? Int64.min : notBefore.partialValue)
      writer.member("exp", expiresAt.seconds)
      writer.member("appid", resource)
      writer.member("idtyp", "app")
      writer.member("oid", object)
      writer.member("sub", object)
      writer.member("tid", Self.tenant)
      writer.member("ver", "1.0")
      writer.member("resourceId", resource)
    }
    return IssuedToken(
      token: try sign(payload: payload.bytes), expiresOn: Instant(seconds: expiresAt.seconds),
      user: object)
  }

  /// The tenant of the emulator's Entra tokens.
  private static let tenant = "00000000-0000-4000-8000-7e0000000001"

  /// A JWT with this payload, which may be any text.
  package func sign(payload: String) throws(Fault) -> String {
    try sign(payload: Array(payload.utf8))
  }

  private func sign(payload: [UInt8]) throws(Fault) -> String {
    var token: [UInt8] = []
    var header = JSONWriter()
    header.object { writer in
      writer.member("alg", "RS256")
      writer.member("kid", keyID)
      writer.member("typ", "JWT")
    }
    Base64.url.append(header.bytes.span, to: &token)
    token.append(ASCII.fullStop)
    Base64.url.append(payload.span, to: &token)
    do throws(CryptoError) {
      let signature = try key.signRS256(token.span)
      token.append(ASCII.fullStop)
      Base64.url.append(signature.span, to: &token)
    } catch {
      throw .signing(error)
    }
    return String(decoding: token, as: UTF8.self)
  }

  private static func identity(user: String, resource: String) -> String {
    let known = ["acs:", "gcch-acs:", "dod-acs:"]
    let bare = user.hasPrefix("8:") ? String(user.dropFirst(2)) : user
    return known.contains(where: bare.hasPrefix) ? bare : "acs:\(resource)_\(user)"
  }

  /// An id has no character that JSON or a header would have to escape.
  package static func isValidName(_ value: String) -> Bool {
    let isSafe = value.utf8.allSatisfy { byte in
      ASCII.isLetterOrDigit(byte) || byte == ASCII.hyphen || byte == ASCII.fullStop
        || byte == ASCII.colon || byte == ASCII.underscore
    }
    return isSafe && !value.isEmpty && value.utf8.count <= 256
  }

  /// What messages say about a user or a scope that is not an id.
  package static let expectedName = "expected 1 to 256 letters, digits, '-', '.', ':' or '_'"

  private static func check(_ what: String, _ value: String) throws(Fault) {
    guard isValidName(value) else { throw .invalidName(what: what, value: value) }
  }
}

extension TokenIssuer.Fault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .invalidName(let what, let value):
      "the \(what) \(clipped(value)) is not an id: \(TokenIssuer.expectedName)"
    case .signing(let error): "\(error)"
    }
  }
}

/// A token that the emulator signed.
package struct IssuedToken: Sendable, Equatable {
  /// The JWT.
  package var token: String
  /// The moment from which on it is no longer accepted; whole seconds.
  package var expiresOn: Instant
  /// The user's raw id, `8:acs:<resource>_<user>`; for an Entra token the object id.
  package var user: String
}
