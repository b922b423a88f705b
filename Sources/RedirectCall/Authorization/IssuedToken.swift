import Core

/// A user access token that the emulator signed.
package struct IssuedToken: Sendable, Equatable {
  /// The JWT.
  package var token: String
  /// The moment from which on it is no longer accepted; whole seconds.
  package var expiresOn: Instant
  /// The user's raw id: `8:acs:<resource>_<user>`.
  package var user: String
}
