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

  package mutating func update(_ byte: UInt8) {
    let one: InlineArray<1, UInt8> = [byte]
    inner.update(one.span)
  }

  /// The code of everything so far.
  package consuming func finish() -> SHA256Digest {
    var outer = outer
    outer.update(inner.finish().bytes.span)
    return outer.finish()
  }
}
