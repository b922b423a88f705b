import CSystem

extension Span where Element == UInt8 {
  /// Eight bytes from `index` on as one integer, the first byte lowest. Traps, like the subscript, if there are fewer.
  /// The compiler makes one load of it.
  @inlinable @inline(__always)
  package func littleEndianWord(at index: Int) -> UInt64 {
    let bytes = extracting(index..<(index &+ 8))
    return UInt64(bytes[0]) | UInt64(bytes[1]) << 8 | UInt64(bytes[2]) << 16
      | UInt64(bytes[3]) << 24 | UInt64(bytes[4]) << 32 | UInt64(bytes[5]) << 40
      | UInt64(bytes[6]) << 48 | UInt64(bytes[7]) << 56
  }

  /// Whether `range` holds exactly these ASCII characters.
  @inlinable @inline(__always)
  package func holds(_ text: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    let bytes = extracting(range)
    return text.withUTF8Buffer { expected in
      for index in bytes.indices where bytes[index] != expected[index] { return false }
      return true
    }
  }

  /// Whether `range` holds these ASCII characters, letters compared without case.
  /// - Parameter lowercase: in lower case.
  @inlinable @inline(__always)
  package func holds(ignoringCase lowercase: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == lowercase.utf8CodeUnitCount else { return false }
    let bytes = extracting(range)
    return lowercase.withUTF8Buffer { expected in
      for index in bytes.indices where ASCII.lowercased(bytes[index]) != expected[index] {
        return false
      }
      return true
    }
  }

  /// Whether two ranges hold the same bytes, ASCII letters compared without case.
  package func equalsIgnoringCase(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    guard a.count == b.count else { return false }
    let left = extracting(a)
    let right = extracting(b)
    for index in left.indices where ASCII.lowercased(left[index]) != ASCII.lowercased(right[index])
    {
      return false
    }
    return true
  }

  /// The first place of a byte in a range.
  @inlinable
  package func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
    for index in range where self[index] == byte { return index }
    return nil
  }

  /// Where these bytes are first in a range.
  ///
  /// - Complexity: O(range), for any content of both.
  package func first(_ part: [UInt8], in range: Range<Int>) -> Int? {
    extracting(range).withUnsafeBytes { bytes in
      part.withUnsafeBytes { part in
        guard let start = bytes.baseAddress,
          let found = csystem_find(start, bytes.count, part.baseAddress, part.count)
        else { return nil }
        return range.lowerBound + (found - start)
      }
    }
  }

  /// `range` without the spaces and tabs at its ends. RFC 9110 §5.5.
  @inlinable
  package func trimmed(_ range: Range<Int>) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, ASCII.isWhitespace(self[lower]) { lower += 1 }
    while upper > lower, ASCII.isWhitespace(self[upper - 1]) { upper -= 1 }
    return lower..<upper
  }

  /// The text of `range`; what is not UTF-8 becomes U+FFFD.
  package func string(in range: Range<Int>) -> String {
    extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  /// A copy of `range`.
  package func array(in range: Range<Int>) -> [UInt8] {
    extracting(range).withUnsafeBufferPointer { Array($0) }
  }

  /// A range's text for a message, between quotes and escaped, cut after `limit` bytes.
  package func quoted(_ range: Range<Int>, limit: Int = 128) -> String {
    var text = "\""
    for index in range.prefix(limit) {
      switch self[index] {
      case ASCII.lineFeed: text += "\\n"
      case ASCII.quotationMark: text += "\\\""
      case ASCII.backslash: text += "\\\\"
      case let byte where byte >= ASCII.space && byte < ASCII.delete:
        text.unicodeScalars.append(.init(byte))
      case let byte: text += "\\x" + Hexadecimal.text(byte)
      }
    }
    return text + (range.count > limit ? "\"…" : "\"")
  }
}
