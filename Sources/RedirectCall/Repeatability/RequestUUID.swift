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

  /// The UUID of version 4 and of RFC 9562's variant that is nearest to these 128 bits.
  package static func version4(high: UInt64, low: UInt64) -> RequestUUID {
    RequestUUID(
      high: high & ~0xF000 | 0x4000, low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }

  /// Appends the 36 characters of the text form, in lower case.
  package func append(to output: inout [UInt8]) {
    var text = InlineArray<36, UInt8>(repeating: ASCII.hyphen)
    // Eight digits each, the first one lowest.
    let (first, second) = (Hexadecimal.digits(high >> 32), Hexadecimal.digits(high))
    let (third, fourth) = (Hexadecimal.digits(low >> 32), Hexadecimal.digits(low))
    for index in 0..<8 {
      let shift = UInt64(index * 8)
      text[index] = UInt8(truncatingIfNeeded: first >> shift)
      text[index < 4 ? 9 + index : 10 + index] = UInt8(truncatingIfNeeded: second >> shift)
      text[index < 4 ? 19 + index : 20 + index] = UInt8(truncatingIfNeeded: third >> shift)
      text[28 + index] = UInt8(truncatingIfNeeded: fourth >> shift)
    }
    text.span.withUnsafeBufferPointer { output.append(contentsOf: $0) }
  }

  /// Whether it is of version 4 and of the variant that RFC 9562 describes.
  package var isVersion4: Bool { version == 4 && low >> 62 == 0b10 }
}

extension RequestUUID: CustomStringConvertible {
  /// The text form in lower case.
  package var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
