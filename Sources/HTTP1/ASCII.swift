/// The character classes of HTTP's grammar, and comparisons without case. RFC 9110 §5.6, RFC 3986 §2.
package enum ASCII {
  package static let horizontalTab: UInt8 = 0x09
  package static let lineFeed: UInt8 = 0x0A
  package static let carriageReturn: UInt8 = 0x0D
  package static let space: UInt8 = 0x20
  package static let comma: UInt8 = 0x2C
  package static let colon: UInt8 = 0x3A
  package static let semicolon: UInt8 = 0x3B

  /// Whether `byte` may stand in a token (`tchar`). RFC 9110 §5.6.2.
  @inline(__always)
  package static func isTokenByte(_ byte: UInt8) -> Bool {
    contains(byte, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
  }

  /// Whether `range` is a token: one `tchar` or more. RFC 9110 §5.6.2.
  package static func isToken(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where !isTokenByte(bytes[index]) { return false }
    return !range.isEmpty
  }

  /// Whether `byte` is a decimal digit.
  @inline(__always)
  package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// The value of a hexadecimal digit in either case, or nil.
  @inline(__always)
  package static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    let digit = byte &- 0x30
    if digit < 10 { return digit }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  /// Whether `byte` is white space of a field line: a space or a tab (`OWS`). RFC 9110 §5.6.3.
  @inline(__always)
  package static func isWhitespace(_ byte: UInt8) -> Bool { byte == space || byte == horizontalTab }

  /// Whether `byte` may stand in a field's value: HTAB, SP, VCHAR or obs-text. RFC 9110 §5.5.
  @inline(__always)
  package static func isFieldValueByte(_ byte: UInt8) -> Bool {
    byte >= 0x20 ? byte != 0x7F : byte == horizontalTab
  }

  /// Whether `byte` may stand in a request target by itself: the characters of RFC 3986 §3.3 and §3.4 without
  /// `%` and `?`, which the parser reads, and with `[` and `]`, which are needed for IPv6 and which browsers
  /// leave bare in queries.
  @inline(__always)
  static func isTargetByte(_ byte: UInt8) -> Bool {
    contains(byte, low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFF)
  }

  /// Whether `byte` may stand in a registered name by itself: unreserved or sub-delims. RFC 3986 §3.2.2.
  @inline(__always)
  static func isRegisteredNameByte(_ byte: UInt8) -> Bool {
    contains(byte, low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
  }

  /// Whether `byte`'s bit is set in a set of ASCII characters: bits 0 to 63 and bits 64 to 127.
  @inline(__always)
  private static func contains(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
    let half = byte & 0x40 == 0 ? low : high
    return byte < 0x80 && (half &>> UInt64(byte & 0x3F)) & 1 == 1
  }

  /// `byte` with A to Z moved to a to z.
  @inline(__always)
  package static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// Whether the bytes in `range` are `text`, where ASCII letters are compared without case.
  package static func equalsIgnoringCase(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString
  ) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      var index = range.lowerBound
      for byte in expected {
        if lowercased(bytes[index]) != lowercased(byte) { return false }
        index += 1
      }
      return true
    }
  }

  /// Whether the bytes in `range` are exactly `text`.
  package static func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString)
    -> Bool
  {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      var index = range.lowerBound
      for byte in expected {
        if bytes[index] != byte { return false }
        index += 1
      }
      return true
    }
  }

  /// `range` without the spaces and tabs at its ends. RFC 9110 §5.5.
  package static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, isWhitespace(bytes[lower]) { lower += 1 }
    while upper > lower, isWhitespace(bytes[upper - 1]) { upper -= 1 }
    return lower..<upper
  }

  /// How a byte is named in a message: itself where it is visible, else its code.
  static func name(_ byte: UInt8) -> String {
    switch byte {
    case 0x00: "NUL"
    case horizontalTab: "a tab"
    case lineFeed: "LF"
    case carriageReturn: "CR"
    case space: "a space"
    case 0x21...0x7E: "'\(Character(Unicode.Scalar(byte)))'"
    default: "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }

  /// The text of `range`; what is not UTF-8 becomes U+FFFD.
  package static func string(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    var copy: [UInt8] = []
    copy.append(bytes, range)
    return String(decoding: copy, as: UTF8.self)
  }
}
