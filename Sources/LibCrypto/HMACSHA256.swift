/// HMAC-SHA256 of bytes that arrive in parts. RFC 2104 §2.
package struct HMACSHA256: Sendable {
  private var inner: SHA256
  private let outer: SHA256

  package init(key: HMACSHA256Key) {
    inner = key.inner
    outer = key.outer
  }

  package mutating func update(_ bytes: Span<UInt8>) {
    inner.update(bytes)
  }

  /// The code of everything so far.
  package consuming func finish() -> SHA256Digest {
    var outer = outer
    outer.update(inner.finish().bytes.span)
    return outer.finish()
  }
}

/// A key for HMAC-SHA256. The states after its two pads are computed once, so that each code costs only the blocks of
/// its own text and one more. RFC 2104 §4.
package struct HMACSHA256Key: Sendable {
  let inner: SHA256
  let outer: SHA256

  /// - Parameter key: any number of bytes; more than 64 are hashed first. RFC 2104 §2.
  package init(_ key: Span<UInt8>) {
    var block = InlineArray<64, UInt8>(repeating: 0)
    if key.count > 64 {
      let digest = SHA256.hash(key)
      for index in digest.bytes.indices { block[index] = digest.bytes[index] }
    } else {
      for index in key.indices { block[index] = key[index] }
    }
    for index in block.indices { block[index] ^= 0x36 }
    var inner = SHA256()
    inner.update(block.span)
    for index in block.indices { block[index] ^= 0x36 ^ 0x5C }
    var outer = SHA256()
    outer.update(block.span)
    self.inner = inner
    self.outer = outer
  }

  /// The code of `bytes` at once.
  package func authenticationCode(for bytes: Span<UInt8>) -> SHA256Digest {
    var code = HMACSHA256(key: self)
    code.update(bytes)
    return code.finish()
  }
}
