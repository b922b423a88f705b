import Core

extension JSONScanner {
  /// Passes a string. Its opening quotation mark is at the position. RFC 8259 §7, RFC 3629.
  @usableFromInline
  package mutating func string(_ body: Span<UInt8>) throws(JSONFault) -> JSONText {
    position &+= 1
    let start = position
    var hasEscapes = false
    while true {
      position = Self.endOfPlainText(body, from: position)
      guard position < body.count else {
        throw fault(.unexpected(expected: .closingQuote))
      }
      switch body[position] {
      case ASCII.quotationMark:
        let text = JSONText(range: start..<position, hasEscapes: hasEscapes)
        position &+= 1
        return text
      case ASCII.backslash:
        hasEscapes = true
        try escape(body)
      case 0..<ASCII.space: throw fault(.controlCharacter)
      default: try multibyteCharacter(body)
      }
    }
  }

  /// The first byte from `start` on that is not printable ASCII other than `"` and `\`, or the body's end. DEL is
  /// among the printable ones, as it is in JSON.
  ///
  /// Neither this nor the next one is inlined: their callers are large.
  @inline(never)
  static func endOfPlainText(_ body: Span<UInt8>, from start: Int) -> Int {
    endOfPlainText(body, from: start, orAt: ASCII.quotationMark)
  }

  /// The same, but stops at DEL too, for text in which DEL is escaped.
  @inline(never)
  static func endOfUnescapedText(_ body: Span<UInt8>, from start: Int) -> Int {
    endOfPlainText(body, from: start, orAt: ASCII.delete)
  }

  /// What the two above have in common.
  ///
  /// A call's context is one string of kilobytes, so this looks at 32 bytes at a time, as a vector of four integers, then
  /// at 8 in one, then at each. The loads are checked against the bounds, and any bytes are a valid vector. Their name
  /// says "unsafe" because other types do not accept every bit pattern.
  ///
  /// - Parameter other: a further byte to stop at.
  @inline(__always)
  private static func endOfPlainText(
    _ body: Span<UInt8>, from start: Int, orAt other: UInt8
  ) -> Int {
    var index = start
    let end = body.count
    // A byte's top bit is set below where it is a stop. A borrow from a lower byte can only mark bytes above a true stop,
    // so the lowest mark is always one.
    let ones: UInt64 = 0x0101_0101_0101_0101
    let others = ones &* UInt64(other)
    while end &- index >= 32 {
      let words = body.bytes.unsafeLoadUnaligned(
        fromByteOffset: index, as: SIMD4<UInt64>.self)
      let quotes = (words ^ 0x2222_2222_2222_2222) &- ones
      let backslashes = (words ^ 0x5C5C_5C5C_5C5C_5C5C) &- ones
      let controls = words &- 0x2020_2020_2020_2020
      let stops = quotes | backslashes | controls | words | ((words ^ others) &- ones)
      if (stops[0] | stops[1] | stops[2] | stops[3]) & 0x8080_8080_8080_8080 != 0 { break }
      index &+= 32
    }
    while end &- index >= 8 {
      let word = body.littleEndianWord(at: index)
      let quotes = (word ^ 0x2222_2222_2222_2222) &- ones
      let backslashes = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- ones
      let controls = word &- 0x2020_2020_2020_2020
      let stops =
        (quotes | backslashes | controls | word | ((word ^ others) &- ones)) & 0x8080_8080_8080_8080
      if stops != 0 { return index &+ stops.trailingZeroBitCount / 8 }
      index &+= 8
    }
    while index < end {
      let byte = body[index]
      if byte == ASCII.quotationMark || byte == ASCII.backslash || byte < ASCII.space
        || byte >= 0x80 || byte == other
      {
        return index
      }
      index &+= 1
    }
    return index
  }

  /// Passes an escape. Its backslash is at the position.
  private mutating func escape(_ body: Span<UInt8>) throws(JSONFault) {
    let start = position
    position &+= 1
    guard position < body.count else { throw fault(.badEscape) }
    switch body[position] {
    case ASCII.quotationMark, ASCII.backslash, ASCII.slash, UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position &+= 1
    case UInt8(ascii: "u"):
      position &+= 1
      let unit = try codeUnit(body)
      guard unit & 0xF800 == 0xD800 else { return }
      let lone = JSONFault(problem: .loneSurrogate, position: start)
      guard unit < 0xDC00, body.count - position >= 2, body[position] == ASCII.backslash,
        body[position + 1] == UInt8(ascii: "u")
      else { throw lone }
      position &+= 2
      guard try codeUnit(body) & 0xFC00 == 0xDC00 else { throw lone }
    default: throw fault(.badEscape)
    }
  }

  private mutating func codeUnit(_ body: Span<UInt8>) throws(JSONFault) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard position < body.count, let digit = Hexadecimal.value(body[position]) else {
        throw fault(.badUnicodeEscape)
      }
      unit = unit << 4 | UInt16(digit)
      position &+= 1
    }
    return unit
  }

  /// Passes a character of two to four bytes, by the table of well-formed sequences in RFC 3629 §4.
  private mutating func multibyteCharacter(_ body: Span<UInt8>) throws(JSONFault) {
    let second: ClosedRange<UInt8>
    let length: Int
    switch body[position] {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: throw fault(.badUTF8)
    }
    guard body.count - position >= length, second.contains(body[position + 1]) else {
      throw fault(.badUTF8)
    }
    for offset in 2..<max(length, 2) where body[position + offset] & 0xC0 != 0x80 {
      throw fault(.badUTF8)
    }
    position &+= length
  }
}
