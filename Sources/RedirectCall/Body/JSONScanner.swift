import Core

/// Reads JSON's tokens from bytes, from first to last, once. RFC 8259.
///
/// It holds no bytes but a position in them; each call is handed the same body.
struct JSONScanner {
  /// Levels of objects and arrays that may stand inside one another, the outermost one counted.
  static let depthLimit = 32

  var position = 0
  private var depth = 0

  /// The next byte that is no white space, without passing it; nil at the end.
  @inline(__always)
  mutating func peek(_ body: Span<UInt8>) -> UInt8? {
    while position < body.count {
      let byte = body[position]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
        return byte
      }
      position &+= 1
    }
    return nil
  }

  /// Passes the opening bracket that stands at the position.
  mutating func open() throws(JSONFault) {
    guard depth < Self.depthLimit else { throw fault(.tooDeep) }
    depth &+= 1
    position &+= 1
  }

  /// Passes the closing bracket that stands at the position.
  mutating func close() {
    depth &-= 1
    position &+= 1
  }

  /// The name of an object's next member, passed with its colon, so that the position is at its value; nil
  /// when the object ended instead.
  /// - Parameter isFirst: whether the opening brace was just passed.
  mutating func nextMember(_ body: Span<UInt8>, isFirst: Bool) throws(JSONFault) -> JSONText? {
    let byte = peek(body)
    if byte == 0x7D {
      close()
      return nil
    }
    if isFirst {
      guard byte == 0x22 else { throw fault(.unexpected(expected: .memberNameOrEnd)) }
    } else {
      guard byte == 0x2C else { throw fault(.unexpected(expected: .commaOrBrace)) }
      position &+= 1
      guard peek(body) == 0x22 else { throw fault(.unexpected(expected: .memberName)) }
    }
    let name = try string(body)
    guard peek(body) == 0x3A else { throw fault(.unexpected(expected: .colon)) }
    position &+= 1
    guard peek(body) != nil else { throw fault(.unexpected(expected: .value)) }
    return name
  }

  /// Whether an array has another element, before which the position then is; false when it ended, which is
  /// then passed.
  mutating func nextElement(_ body: Span<UInt8>, isFirst: Bool) throws(JSONFault) -> Bool {
    let byte = peek(body)
    if byte == 0x5D {
      close()
      return false
    }
    if isFirst {
      guard byte != nil else { throw fault(.unexpected(expected: .value)) }
      return true
    }
    guard byte == 0x2C else { throw fault(.unexpected(expected: .commaOrBracket)) }
    position &+= 1
    guard let next = peek(body), next != 0x5D else {
      throw fault(.unexpected(expected: .value))
    }
    return true
  }

  /// Passes true, false or null, one of which begins at the position.
  mutating func literal(_ body: Span<UInt8>) throws(JSONFault) {
    let word: StaticString =
      switch body[position] {
      case 0x74: "true"
      case 0x66: "false"
      default: "null"
      }
    let end = position + word.utf8CodeUnitCount
    guard end <= body.count, body.holds(word, in: position..<end) else {
      throw fault(.badLiteral)
    }
    position = end
  }

  /// Passes a number, whose minus sign or first digit is at the position.
  mutating func number(_ body: Span<UInt8>) throws(JSONFault) {
    if body[position] == 0x2D { position &+= 1 }
    if position < body.count, body[position] == 0x30 {
      position &+= 1
      if isDigit(body) { throw fault(.badNumber) }
    } else {
      try digits(body)
    }
    if position < body.count, body[position] == 0x2E {
      position &+= 1
      try digits(body)
    }
    if position < body.count, body[position] | 0x20 == 0x65 {
      position &+= 1
      if position < body.count, body[position] == 0x2B || body[position] == 0x2D {
        position &+= 1
      }
      try digits(body)
    }
  }

  func fault(_ problem: JSONFault.Problem) -> JSONFault {
    JSONFault(problem: problem, position: position)
  }

  private func isDigit(_ body: Span<UInt8>) -> Bool {
    position < body.count && body[position] >= 0x30 && body[position] <= 0x39
  }

  private mutating func digits(_ body: Span<UInt8>) throws(JSONFault) {
    guard isDigit(body) else { throw fault(.badNumber) }
    repeat { position &+= 1 } while isDigit(body)
  }
}
