import Core

/// Reads JSON's tokens from bytes, from first to last, once. RFC 8259.
///
/// It holds only a position in the bytes. Each call gets the same body.
@usableFromInline package struct JSONScanner {
  /// Levels of objects and arrays that may be inside one another, the outermost one counted.
  @usableFromInline let depthLimit: Int

  @usableFromInline package var position = 0
  @usableFromInline var depth = 0

  @inlinable
  package init(depthLimit: Int) {
    self.depthLimit = depthLimit
  }

  /// The next byte that is not white space, without passing it; nil at the end.
  @inlinable @inline(__always)
  package mutating func peek(_ body: Span<UInt8>) -> UInt8? {
    while position < body.count {
      let byte = body[position]
      guard byte <= ASCII.space,
        byte == ASCII.space || byte == ASCII.lineFeed || byte == ASCII.carriageReturn
          || byte == ASCII.horizontalTab
      else {
        return byte
      }
      position &+= 1
    }
    return nil
  }

  /// Passes the opening bracket that is at the position.
  @inlinable @inline(__always)
  package mutating func open() throws(JSONFault) {
    guard depth < depthLimit else { throw fault(.tooDeep(limit: depthLimit)) }
    depth &+= 1
    position &+= 1
  }

  /// Passes the closing bracket that is at the position.
  @inlinable @inline(__always)
  package mutating func close() {
    depth &-= 1
    position &+= 1
  }

  /// The name of an object's next member, passed with its colon, so that the position is at its value; nil
  /// when the object ended instead.
  /// - Parameter isFirst: whether the opening brace was just passed.
  @inlinable
  package mutating func nextMember(_ body: Span<UInt8>, isFirst: Bool) throws(JSONFault)
    -> JSONText?
  {
    let byte = peek(body)
    if byte == ASCII.rightBrace {
      close()
      return nil
    }
    if isFirst {
      guard byte == ASCII.quotationMark else {
        throw fault(.unexpected(expected: .memberNameOrEnd))
      }
    } else {
      guard byte == ASCII.comma else { throw fault(.unexpected(expected: .commaOrBrace)) }
      position &+= 1
      guard peek(body) == ASCII.quotationMark else {
        throw fault(.unexpected(expected: .memberName))
      }
    }
    let name = try string(body)
    guard peek(body) == ASCII.colon else { throw fault(.unexpected(expected: .colon)) }
    position &+= 1
    guard peek(body) != nil else { throw fault(.unexpected(expected: .value)) }
    return name
  }

  /// Whether an array has another element. If so, the position is before it. If not, the array's end is passed.
  @inlinable
  package mutating func nextElement(_ body: Span<UInt8>, isFirst: Bool) throws(JSONFault) -> Bool {
    let byte = peek(body)
    if byte == ASCII.rightBracket {
      close()
      return false
    }
    if isFirst {
      guard byte != nil else { throw fault(.unexpected(expected: .value)) }
      return true
    }
    guard byte == ASCII.comma else { throw fault(.unexpected(expected: .commaOrBracket)) }
    position &+= 1
    guard let next = peek(body), next != ASCII.rightBracket else {
      throw fault(.unexpected(expected: .value))
    }
    return true
  }

  /// Passes the `true`, `false` or `null` that begins at the position.
  package mutating func literal(_ body: Span<UInt8>) throws(JSONFault) {
    let word: StaticString =
      switch body[position] {
      case UInt8(ascii: "t"): "true"
      case UInt8(ascii: "f"): "false"
      default: "null"
      }
    let end = position + word.utf8CodeUnitCount
    guard end <= body.count, body.holds(word, in: position..<end) else {
      throw fault(.badLiteral)
    }
    position = end
  }

  /// Passes a number. Its minus sign or first digit is at the position.
  package mutating func number(_ body: Span<UInt8>) throws(JSONFault) {
    if body[position] == ASCII.hyphen { position &+= 1 }
    if position < body.count, body[position] == ASCII.zero {
      position &+= 1
      if isDigit(body) { throw fault(.badNumber) }
    } else {
      try digits(body)
    }
    if position < body.count, body[position] == ASCII.fullStop {
      position &+= 1
      try digits(body)
    }
    if position < body.count, body[position] | 0x20 == UInt8(ascii: "e") {
      position &+= 1
      if position < body.count, body[position] == ASCII.plus || body[position] == ASCII.hyphen {
        position &+= 1
      }
      try digits(body)
    }
  }

  @usableFromInline
  package func fault(_ problem: JSONFault.Problem) -> JSONFault {
    JSONFault(problem: problem, position: position)
  }

  private func isDigit(_ body: Span<UInt8>) -> Bool {
    position < body.count && ASCII.isDigit(body[position])
  }

  private mutating func digits(_ body: Span<UInt8>) throws(JSONFault) {
    guard isDigit(body) else { throw fault(.badNumber) }
    repeat { position &+= 1 } while isDigit(body)
  }
}
