import COpenSSL

/// Owns one EVP_PKEY.
///
/// `@unchecked Sendable` is sound: the key is not changed after init, its reference count is atomic, and
/// libcrypto documents a key that nobody modifies as safe to use from several threads (openssl-threads(7));
/// each use below makes a context of its own.
final class PKey: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Takes over the reference.
  init(owning pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    EVP_PKEY_free(pointer)
  }

  /// The least modulus that RS256 allows, in bits. RFC 7518 §3.3.
  static let leastBits: Int32 = 2_048
  /// A bound on what a verification may cost.
  static let mostBits: Int32 = 8_192

  /// Refuses what is not an RSA key of 2,048 to 8,192 bits.
  func checkRSA() throws(CryptoError) {
    guard EVP_PKEY_get_base_id(pointer) == EVP_PKEY_RSA else {
      throw .invalidKey("not an RSA key")
    }
    let bits = EVP_PKEY_get_bits(pointer)
    guard bits >= Self.leastBits, bits <= Self.mostBits else {
      throw .invalidKey(
        "an RSA key of \(bits) bits, expected \(Self.leastBits) to \(Self.mostBits)")
    }
  }

  /// An unsigned integer parameter, big-endian without leading zeros.
  func integer(_ name: String) -> [UInt8] {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(pointer, name, &number) == 1, let number else { return [] }
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: Int((BN_num_bits(number) + 7) / 8))
    BN_bn2bin(number, &bytes)
    return bytes
  }
}
