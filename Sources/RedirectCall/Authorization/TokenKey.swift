import LibCrypto

/// A public key that tokens may be signed with.
package struct TokenKey: Sendable {
  /// What a token's `kid` names it by; nil for a key of a PEM file.
  package let keyID: String?
  package let key: RSAPublicKey

  package init(keyID: String?, key: RSAPublicKey) {
    self.keyID = keyID
    self.key = key
  }
}
