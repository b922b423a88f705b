import LibCrypto

/// A public key that tokens may be signed with.
package struct TokenKey: Sendable {
  /// What a token's `kid` names it by; nil for a key of a PEM file.
  package let keyID: String?
  package let key: RSAPublicKey
  /// Seconds that a token may be used before its `nbf` and after its `exp`. RFC 7519 §4.1.4.
  package let leeway: Int64

  /// What tokens of other issuers get: their clocks are not the emulator's. Guide Contract, "4. Authorization".
  package static let foreignLeeway: Int64 = 60

  /// - Parameter leeway: in seconds; 0 for the emulator's own key, so that a test decides to the second when a token
  ///   expires.
  package init(keyID: String?, key: RSAPublicKey, leeway: Int64 = foreignLeeway) {
    self.keyID = keyID
    self.key = key
    self.leeway = leeway
  }
}
