import Core

/// Makes random UUIDs from blocks of random bytes, so that the source is read once per few hundred UUIDs. RFC 9562
/// §5.4.
///
/// It cannot be copied: two copies would make the same UUIDs.
package struct UUIDGenerator: ~Copyable, Sendable {
  private var pool: [UInt8]
  private var used: Int

  /// Characters of a UUID's text.
  package static let textLength = 36

  /// - Parameter blockSize: bytes to take from the random source at a time; at least 16.
  package init(blockSize: Int = 4_096) {
    pool = [UInt8](repeating: 0, count: max(blockSize, 16))
    used = pool.count
  }

  /// The 128 bits of a new UUID of version 4.
  package mutating func next() -> (high: UInt64, low: UInt64) {
    if pool.count - used < 16 {
      SecureRandom.fill(&pool)
      used = 0
    }
    var words = InlineArray<2, UInt64>(repeating: 0)
    for index in 0..<16 {
      words[index / 8] = words[index / 8] << 8 | UInt64(pool[used + index])
      // Bytes that were used must not remain in memory.
      pool[used + index] = 0
    }
    used += 16
    return (words[0] & ~0xF000 | 0x4000, words[1] & ~0 >> 2 | 1 << 63)
  }

  /// Appends the 36 characters of a new UUID of version 4, in lower case.
  package mutating func append(to output: inout [UInt8]) {
    if pool.count - used < 16 {
      SecureRandom.fill(&pool)
      used = 0
    }
    var text = InlineArray<36, UInt8>(repeating: ASCII.hyphen)
    var position = 0
    for index in 0..<16 {
      var byte = pool[used + index]
      // Bytes that were used must not remain in memory.
      pool[used + index] = 0
      if index == 6 { byte = byte & 0x0F | 0x40 }
      if index == 8 { byte = byte & 0x3F | 0x80 }
      if index == 4 || index == 6 || index == 8 || index == 10 { position += 1 }
      text[position] = Hexadecimal.digit(byte >> 4)
      text[position + 1] = Hexadecimal.digit(byte)
      position += 2
    }
    used += 16
    text.span.withUnsafeBufferPointer { output.append(contentsOf: $0) }
  }
}
