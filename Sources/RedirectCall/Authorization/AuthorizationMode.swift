/// How strictly credentials are taken. Contract guide, Authorization.
package enum AuthorizationMode: String, Sendable, CaseIterable {
  /// Signatures, times, scope and resource are checked.
  case verify
  /// Any `Authorization` that is not empty is accepted; see `UnverifiedCaller`.
  case any
  /// The header is not looked at.
  case none
}
