/// ASCII characters by name, their kinds, and the comparison of letters without case.
@usableFromInline package enum ASCII {
  @inlinable package static var backspace: UInt8 { 0x08 }
  @inlinable package static var horizontalTab: UInt8 { 0x09 }
  @inlinable package static var lineFeed: UInt8 { 0x0A }
  @inlinable package static var formFeed: UInt8 { 0x0C }
  @inlinable package static var carriageReturn: UInt8 { 0x0D }
  @inlinable package static var space: UInt8 { 0x20 }
  @inlinable package static var quotationMark: UInt8 { 0x22 }
  @inlinable package static var percentSign: UInt8 { 0x25 }
  @inlinable package static var ampersand: UInt8 { 0x26 }
  @inlinable package static var asterisk: UInt8 { 0x2A }
  @inlinable package static var plus: UInt8 { 0x2B }
  @inlinable package static var comma: UInt8 { 0x2C }
  @inlinable package static var hyphen: UInt8 { 0x2D }
  @inlinable package static var fullStop: UInt8 { 0x2E }
  @inlinable package static var slash: UInt8 { 0x2F }
  @inlinable package static var zero: UInt8 { 0x30 }
  @inlinable package static var nine: UInt8 { 0x39 }
  @inlinable package static var colon: UInt8 { 0x3A }
  @inlinable package static var semicolon: UInt8 { 0x3B }
  @inlinable package static var equalsSign: UInt8 { 0x3D }
  @inlinable package static var questionMark: UInt8 { 0x3F }
  @inlinable package static var upperA: UInt8 { 0x41 }
  @inlinable package static var upperZ: UInt8 { 0x5A }
  @inlinable package static var leftBracket: UInt8 { 0x5B }
  @inlinable package static var backslash: UInt8 { 0x5C }
  @inlinable package static var rightBracket: UInt8 { 0x5D }
  @inlinable package static var underscore: UInt8 { 0x5F }
  @inlinable package static var lowerA: UInt8 { 0x61 }
  @inlinable package static var lowerZ: UInt8 { 0x7A }
  @inlinable package static var leftBrace: UInt8 { 0x7B }
  @inlinable package static var rightBrace: UInt8 { 0x7D }
  @inlinable package static var delete: UInt8 { 0x7F }

  /// Whether `byte` is a decimal digit.
  @inlinable @inline(__always)
  package static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

  /// Whether `text` is decimal digits alone, one or more.
  package static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(isDigit)
  }

  /// Whether `byte` is a letter of either case or a decimal digit.
  @inlinable @inline(__always)
  package static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- lowerA < 26
  }

  /// Whether `byte` is a space or a tab.
  @inlinable @inline(__always)
  package static func isWhitespace(_ byte: UInt8) -> Bool { byte == space || byte == horizontalTab }

  /// `byte` with A to Z moved to a to z.
  @inlinable @inline(__always)
  package static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- upperA < 26 ? byte | 0x20 : byte
  }

  /// How a byte is named in a message: itself if it is visible, else its code.
  package static func name(_ byte: UInt8) -> String {
    switch byte {
    case 0x00: "NUL"
    case horizontalTab: "a tab"
    case lineFeed: "LF"
    case carriageReturn: "CR"
    case space: "a space"
    case 0x21...0x7E: "'\(Character(Unicode.Scalar(byte)))'"
    default: "byte 0x" + Hexadecimal.text(byte, uppercase: true)
    }
  }
}

extension StringProtocol {
  /// Whether two texts are the same where ASCII letters are compared without case.
  package func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
    utf8.lazy.map(ASCII.lowercased).elementsEqual(other.utf8.lazy.map(ASCII.lowercased))
  }
}
