import Core

/// A UUID in its text form of 36 characters: five groups of hexadecimal digits of either case. RFC 9562 §4.
package struct RequestUUID: Sendable, Hashable {
  /// The first eight bytes, most significant first.
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads a UUID that fills `range`; nil for anything else, such as one in braces.
  package init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    guard range.count == 36, range.lowerBound >= 0, range.upperBound <= bytes.count else {
      return nil
    }
    let text = bytes.extracting(range)
    var high: UInt64 = 0
    var low: UInt64 = 0
    for index in 0..<36 {
      let byte = text[index]
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == ASCII.hyphen else { return nil }
        continue
      }
      guard let digit = Hexadecimal.value(byte) else { return nil }
      if index < 18 {
        high = high << 4 | UInt64(digit)
      } else {
        low = low << 4 | UInt64(digit)
      }
    }
    self.high = high
    self.low = low
  }

  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span, in: 0..<bytes.count)
  }

  /// The version that the UUID claims, 0 to 15. RFC 9562 §4.2.
  package var version: Int { Int(high >> 12 & 0xF) }

  /// Whether it is of version 4 and of the variant that RFC 9562 describes.
  package var isVersion4: Bool { version == 4 && low >> 62 == 0b10 }
}

extension RequestUUID: CustomStringConvertible {
  /// The text form in lower case.
  package var description: String {
    [
      Hexadecimal.text(high >> 32, digits: 8), Hexadecimal.text(high >> 16, digits: 4),
      Hexadecimal.text(high, digits: 4), Hexadecimal.text(low >> 48, digits: 4),
      Hexadecimal.text(low, digits: 12),
    ].joined(separator: "-")
  }
}
