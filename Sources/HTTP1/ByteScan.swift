import Core

/// Finds the end of runs of bytes, eight at a time.
///
/// The loads are checked against the span's bounds, and any eight bytes are a valid `UInt64`. Their name says "unsafe"
/// because other types do not accept every bit pattern.
enum ByteScan {
  private static let high: UInt64 = 0x8080_8080_8080_8080

  /// The first byte at `start` or after it that may not be in a field's value (RFC 9110 §5.5); the span's
  /// end, if there is none.
  @inline(__always)
  static func endOfFieldValue(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let raw = bytes.bytes
    // Long values, such as tokens, have no control character before their end: so this reads 32 bytes at a time, and
    // the loop below finds the byte.
    while bytes.count &- index >= 32 {
      let words = raw.unsafeLoadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
      // The same as below, for four words at once.
      let deletes = words ^ 0x7F7F_7F7F_7F7F_7F7F
      let found =
        ((words &- 0x2020_2020_2020_2020) & ~words)
        | ((deletes &- 0x0101_0101_0101_0101) & ~deletes)
      if (found[0] | found[1] | found[2] | found[3]) & high != 0 { break }
      index &+= 32
    }
    while bytes.count &- index >= 8 {
      let found = controls(load(raw, index)) & high
      if found == 0 {
        index &+= 8
        continue
      }
      index &+= found.trailingZeroBitCount &>> 3
      if bytes[index] != ASCII.horizontalTab { return index }
      index &+= 1
    }
    while index < bytes.count, ASCII.isFieldValueByte(bytes[index]) { index &+= 1 }
    return index
  }

  /// The first byte at `start` or after it that may not be in a token (RFC 9110 §5.6.2); the span's end, if there is
  /// none. Letters, digits and hyphens are read eight at a time.
  @inline(__always)
  static func endOfToken(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let raw = bytes.bytes
    while bytes.count &- index >= 8 {
      let word = load(raw, index)
      let low = word & ~high
      let others =
        ~(letters(low) | inRange(low, ASCII.zero, ASCII.nine)
        | inRange(low, ASCII.hyphen, ASCII.hyphen)) | word
      if others & high == 0 {
        index &+= 8
        continue
      }
      index &+= (others & high).trailingZeroBitCount &>> 3
      if !ASCII.isTokenByte(bytes[index]) { return index }
      index &+= 1
    }
    while index < bytes.count, ASCII.isTokenByte(bytes[index]) { index &+= 1 }
    return index
  }

  /// The first byte at `start` or after it that needs a check. Letters, digits and `-./:` are skipped, eight
  /// at a time. The caller checks whether a target may have the other bytes.
  @inline(__always)
  static func endOfPlainTarget(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let raw = bytes.bytes
    while bytes.count &- index >= 8 {
      let word = load(raw, index)
      let low = word & ~high
      let others = (~(letters(low) | inRange(low, ASCII.hyphen, ASCII.colon)) | word) & high
      if others != 0 { return index &+ others.trailingZeroBitCount &>> 3 }
      index &+= 8
    }
    return index
  }

  /// Whether `bytes`, with bit 5 of each byte set, are `lowered`, in which each byte has bit 5 set.
  @inline(__always)
  static func equalsLowered(_ bytes: Span<UInt8>, _ lowered: Span<UInt8>) -> Bool {
    let count = bytes.count
    guard count == lowered.count else { return false }
    guard count >= 8 else {
      for index in 0..<count where bytes[index] | 0x20 != lowered[index] { return false }
      return true
    }
    // The last word overlaps the one before it, which is faster than comparing the last bytes one by one.
    var index = 0
    while true {
      guard load(bytes.bytes, index) | 0x2020_2020_2020_2020 == load(lowered.bytes, index) else {
        return false
      }
      if index == count &- 8 { return true }
      index = min(index &+ 8, count &- 8)
    }
  }

  /// The eight bytes from `index` on, the first of them lowest.
  @inline(__always)
  private static func load(_ bytes: RawSpan, _ index: Int) -> UInt64 {
    UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
  }

  /// Sets the high bit of the first byte that is below 0x20 or equal to 0x7F; borrows from it disturb only the
  /// bytes above it. The lower bits are undefined.
  @inline(__always)
  private static func controls(_ word: UInt64) -> UInt64 {
    let deletes = word ^ 0x7F7F_7F7F_7F7F_7F7F
    return ((word &- 0x2020_2020_2020_2020) & ~word)
      | ((deletes &- 0x0101_0101_0101_0101) & ~deletes)
  }

  /// Sets the high bit of each byte that is a letter. No byte of `word` has its high bit set.
  @inline(__always)
  private static func letters(_ word: UInt64) -> UInt64 {
    inRange(word | 0x2020_2020_2020_2020, ASCII.lowerA, ASCII.lowerZ)
  }

  /// Sets the high bit of each byte from `first` to `last`, and leaves the lower bits undefined. No byte of `word`
  /// has its high bit set, so that no sum carries into the next byte.
  @inline(__always)
  private static func inRange(_ word: UInt64, _ first: UInt8, _ last: UInt8) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    return (word &+ ones &* (0x80 &- UInt64(first))) & ~(word &+ ones &* (0x7F &- UInt64(last)))
  }
}
