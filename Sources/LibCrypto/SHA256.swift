import COpenSSL

/// SHA-256 of bytes that arrive in parts. FIPS 180-4 §6.2.
///
/// A plain value: copying one copies the state so far, and nothing is allocated.
package struct SHA256: Sendable {
  private var state: SHA256_CTX

  package init() {
    state = SHA256_CTX()
    redirect_sha256_init(&state)
  }

  /// The digest of `bytes` at once.
  package static func hash(_ bytes: Span<UInt8>) -> SHA256Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  package mutating func update(_ bytes: Span<UInt8>) {
    guard !bytes.isEmpty else { return }
    bytes.withUnsafeBufferPointer { redirect_sha256_update(&state, $0.baseAddress, $0.count) }
  }

  /// The digest of everything so far.
  package consuming func finish() -> SHA256Digest {
    var digest = InlineArray<32, UInt8>(repeating: 0)
    var output = digest.mutableSpan
    output.withUnsafeMutableBufferPointer { redirect_sha256_final(&state, $0.baseAddress) }
    return SHA256Digest(bytes: digest)
  }
}
