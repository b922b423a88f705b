import Core

/// The character classes of HTTP's grammar. RFC 9110 §5.6, RFC 3986 §2.
extension ASCII {
  /// Whether `byte` may be in a token (`tchar`). RFC 9110 §5.6.2.
  @inline(__always)
  package static func isTokenByte(_ byte: UInt8) -> Bool {
    contains(byte, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
  }

  /// Whether `range` is a token: one `tchar` or more. RFC 9110 §5.6.2.
  package static func isToken(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where !isTokenByte(bytes[index]) { return false }
    return !range.isEmpty
  }

  /// Whether `byte` may be in a field's value: HTAB, SP, VCHAR or obs-text. RFC 9110 §5.5.
  @inline(__always)
  package static func isFieldValueByte(_ byte: UInt8) -> Bool {
    byte >= space ? byte != delete : byte == horizontalTab
  }

  /// Whether `byte` may be in a request target by itself: the characters of RFC 3986 §3.3 and §3.4 without
  /// `%` and `?`, which the parser reads, and with `[` and `]`, which IPv6 needs and which browsers
  /// do not encode in queries.
  @inline(__always)
  static func isTargetByte(_ byte: UInt8) -> Bool {
    contains(byte, low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFF)
  }

  /// Whether `byte` may be in a registered name by itself: unreserved or sub-delims. RFC 3986 §3.2.2.
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
}
