import Core
import LibCrypto

/// A resource's access key: the `accesskey` of a connection string. Contract guide, Authorization.
package struct AccessKey: Sendable {
  /// The key as base64, as in a connection string.
  package let base64: String
  let hmac: HMACSHA256Key

  /// - Parameter base64: at least one byte in padded base64.
  /// - Throws: if it is empty or not base64; the error does not repeat the key.
  package init(base64: String) throws(CryptoError) {
    let bytes: [UInt8]
    do throws(Base64.Fault) { bytes = try Base64.standard.decode(base64) } catch {
      throw .invalidKey("\(error)")
    }
    guard !bytes.isEmpty else {
      throw .invalidKey("an empty access key, expected base64 of at least one byte")
    }
    self.base64 = base64
    hmac = HMACSHA256Key(bytes.span)
  }

  /// A new key of 64 random bytes.
  package static func random() -> AccessKey {
    let bytes = SecureRandom.bytes(count: 64)
    return AccessKey(
      base64: Base64.standard.encode(bytes.span), hmac: HMACSHA256Key(bytes.span))
  }

  private init(base64: String, hmac: HMACSHA256Key) {
    self.base64 = base64
    self.hmac = hmac
  }

  /// The base64 signature of a string to sign: what a client does.
  package func signature(of stringToSign: String) -> String {
    hmac.authenticationCode(for: Array(stringToSign.utf8).span).base64
  }
}
