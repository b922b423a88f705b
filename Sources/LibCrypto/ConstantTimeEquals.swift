/// Whether two byte strings are the same, in a time that depends on their lengths alone.
///
/// It compares many bytes at a time, because CRYPTO_memcmp compares byte by byte and a token has some 900 of them. It
/// is never inlined: otherwise the compiler could use what a caller knows about the bytes, and make a loop that stops
/// early.
@inline(never)
package func constantTimeEquals(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
  guard a.count == b.count else { return false }
  return a.withUnsafeBytes { a in
    b.withUnsafeBytes { b in
      var offset = 0
      var differences = SIMD4<UInt64>()
      while a.count &- offset >= 32 {
        differences |=
          a.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
          ^ b.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
        offset &+= 32
      }
      var difference = differences[0] | differences[1] | differences[2] | differences[3]
      while a.count - offset >= 8 {
        difference |=
          a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          ^ b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      while offset < a.count {
        difference |= UInt64(a[offset] ^ b[offset])
        offset += 1
      }
      return difference == 0
    }
  }
}
