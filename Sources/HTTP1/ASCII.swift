/// Comparisons of ASCII text where it stands in a message.
package enum ASCII {
  /// Whether `range` holds exactly `text`.
  package static func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString)
    -> Bool
  {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for offset in 0..<expected.count where bytes[range.lowerBound &+ offset] != expected[offset] {
        return false
      }
      return true
    }
  }

  /// Whether `range` holds `text`, letters compared without case.
  ///
  /// - Parameter text: in lower case.
  package static func equalsIgnoringCase(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString
  ) -> Bool {
    range.count == text.utf8CodeUnitCount && hasPrefixIgnoringCase(bytes, range, text)
  }

  /// Whether `range` begins with `text`, letters compared without case.
  ///
  /// - Parameter text: in lower case.
  package static func hasPrefixIgnoringCase(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString
  ) -> Bool {
    guard range.count >= text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for offset in 0..<expected.count
      where lowercased(bytes[range.lowerBound &+ offset]) != expected[offset] {
        return false
      }
      return true
    }
  }

  /// `range` without the spaces and tabs at its ends.
  package static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start &+= 1 }
    while end > start, bytes[end &- 1] == 0x20 || bytes[end &- 1] == 0x09 { end &-= 1 }
    return start..<end
  }

  package static func digit(_ byte: UInt8) -> UInt8? {
    byte >= 0x30 && byte <= 0x39 ? byte &- 0x30 : nil
  }

  package static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte &- 0x30
    case 0x41...0x46: byte &- 0x37
    case 0x61...0x66: byte &- 0x57
    default: nil
    }
  }

  package static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }

  package static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }

  /// The text of `range`; what is not UTF-8 becomes U+FFFD.
  package static func string(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    var copy: [UInt8] = []
    copy.reserveCapacity(range.count)
    for index in range { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
  }
}
