extension Span where Element == UInt8 {
  /// Eight bytes from `index` on as one integer, the first byte lowest. Traps, like the subscript, where there
  /// are fewer. Written so that the compiler makes one load of it.
  @inline(__always)
  func littleEndianWord(at index: Int) -> UInt64 {
    let bytes = extracting(index..<(index &+ 8))
    return UInt64(bytes[0]) | UInt64(bytes[1]) << 8 | UInt64(bytes[2]) << 16
      | UInt64(bytes[3]) << 24 | UInt64(bytes[4]) << 32 | UInt64(bytes[5]) << 40
      | UInt64(bytes[6]) << 48 | UInt64(bytes[7]) << 56
  }

  /// Whether `range` holds exactly these ASCII characters.
  @inline(__always)
  func holds(_ text: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    let bytes = extracting(range)
    return text.withUTF8Buffer { expected in
      for index in bytes.indices where bytes[index] != expected[index] { return false }
      return true
    }
  }

  /// Whether `range` holds these ASCII characters, compared without case.
  /// - Parameter lowercase: in lower case.
  @inline(__always)
  func holds(ignoringCase lowercase: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == lowercase.utf8CodeUnitCount else { return false }
    let bytes = extracting(range)
    return lowercase.withUTF8Buffer { expected in
      for index in bytes.indices {
        let byte = bytes[index]
        let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        if lower != expected[index] { return false }
      }
      return true
    }
  }

  /// The text of `range`; what is not UTF-8 becomes U+FFFD.
  func string(in range: Range<Int>) -> String {
    String(decoding: array(in: range), as: UTF8.self)
  }

  /// A copy of `range`.
  func array(in range: Range<Int>) -> [UInt8] {
    let bytes = extracting(range)
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in bytes.indices { copy.append(bytes[index]) }
    return copy
  }
}
