import Core

/// A JSON string's content where it is in the body: the bytes between the quotation marks. RFC 8259 §7.
@usableFromInline package struct JSONText: Sendable, Equatable {
  package var range: Range<Int>
  /// Whether the content has escapes, so that its bytes are not yet its text.
  package var hasEscapes: Bool

  package init(range: Range<Int>, hasEscapes: Bool) {
    self.range = range
    self.hasEscapes = hasEscapes
  }

  package var isEmpty: Bool { range.isEmpty }

  /// The text: escapes resolved.
  /// - Parameter body: the body that this was read from, which proved it to be well-formed.
  package func string(in body: Span<UInt8>) -> String {
    hasEscapes ? String(decoding: bytes(in: body), as: UTF8.self) : body.string(in: range)
  }

  /// The text as UTF-8: escapes resolved.
  package func bytes(in body: Span<UInt8>) -> [UInt8] {
    let range = range.clamped(to: 0..<body.count)
    guard hasEscapes else { return body.array(in: range) }
    var output: [UInt8] = []
    output.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = body[index]
      index += 1
      guard byte == ASCII.backslash, index < range.upperBound else {
        output.append(byte)
        continue
      }
      let escaped = body[index]
      index += 1
      guard escaped == UInt8(ascii: "u") else {
        output.append(Self.character(escapedBy: escaped))
        continue
      }
      let unit = Self.codeUnit(body, at: index, end: range.upperBound)
      index = min(index + 4, range.upperBound)
      var scalar = UInt32(unit)
      if unit & 0xFC00 == 0xD800 {
        let low = Self.codeUnit(body, at: index + 2, end: range.upperBound)
        index = min(index + 6, range.upperBound)
        scalar = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(low & 0x3FF))
      }
      let character = Unicode.Scalar(scalar) ?? "\u{FFFD}"
      output.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
    }
    return output
  }

  private static func character(escapedBy byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "b"): ASCII.backspace
    case UInt8(ascii: "f"): ASCII.formFeed
    case UInt8(ascii: "n"): ASCII.lineFeed
    case UInt8(ascii: "r"): ASCII.carriageReturn
    case UInt8(ascii: "t"): ASCII.horizontalTab
    default: byte
    }
  }

  private static func codeUnit(_ body: Span<UInt8>, at index: Int, end: Int) -> UInt16 {
    guard index + 4 <= end else { return 0xFFFD }
    var value: UInt16 = 0
    for offset in 0..<4 {
      value = value << 4 | UInt16(Hexadecimal.value(body[index + offset]) ?? 0)
    }
    return value
  }
}
