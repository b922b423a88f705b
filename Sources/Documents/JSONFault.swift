import Core

/// Why bytes are not JSON, or not what their reader accepts, and where. RFC 8259.
@usableFromInline package struct JSONFault: Error, Equatable {
  /// What the grammar wants at a place, in words.
  @usableFromInline package enum Expectation: String, Sendable {
    case value = "a value"
    case memberName = "a member name in quotation marks"
    case memberNameOrEnd = "a member name in quotation marks or '}'"
    case colon = "':'"
    case commaOrBrace = "',' or '}'"
    case commaOrBracket = "',' or ']'"
    case closingQuote = "a closing quotation mark"
  }

  @usableFromInline package enum Problem: Equatable, Sendable {
    /// Something else is at the place where the grammar expects `expected`.
    case unexpected(expected: Expectation)
    case badLiteral
    case badNumber
    case badEscape
    case badUnicodeEscape
    case loneSurrogate
    case controlCharacter
    case badUTF8
    case tooDeep(limit: Int)
    case trailing
    /// What a reader finds wrong beyond the grammar, in words.
    case other(String)
  }

  package var problem: Problem
  /// The offset of the first byte that is wrong; the text's length where something is missing at its end.
  package var position: Int

  package init(problem: Problem, position: Int) {
    self.problem = problem
    self.position = position
  }
}

extension JSONFault {
  /// The line and the column, in characters, of what is wrong.
  package func place(in bytes: Span<UInt8>) -> DocumentPlace {
    var place = DocumentPlace(line: 1, column: 1)
    place.pass(0..<min(position, bytes.count), of: bytes)
    return place
  }

  /// What is wrong, and what was expected.
  ///
  /// - Parameters:
  ///   - text: what the bytes are, for messages: `body`.
  ///   - value: what they should be as a whole: `object`.
  package func reason(
    in bytes: Span<UInt8>, called text: String, of value: String
  ) -> String {
    let found = found(in: bytes, called: text)
    return switch problem {
    case .unexpected(let expected): "expected \(expected.rawValue), but found \(found)"
    case .badLiteral: "expected true, false or null, but found \(found)"
    case .badNumber:
      "expected a number such as 12, -0.5 or 1e3 (no leading zero, digits on both sides of the "
        + "point), but found \(found)"
    case .badEscape:
      "expected one of \" \\ / b f n r t u after a backslash in a string, but found \(found)"
    case .badUnicodeEscape: "expected four hexadecimal digits after \\u, but found \(found)"
    case .loneSurrogate:
      "a \\u escape names half of a surrogate pair; a high half (D800-DBFF) must be followed by the "
        + "escape of a low half (DC00-DFFF)"
    case .controlCharacter:
      "a control character (\(found)) is in a string; it must be escaped"
    case .badUTF8: "the bytes from \(found) on are not UTF-8"
    case .tooDeep(let limit): "objects and arrays are nested more than \(limit) levels deep"
    case .trailing: "expected nothing after the \(value), but found \(found)"
    case .other(let words): words
    }
  }

  private func found(in bytes: Span<UInt8>, called text: String) -> String {
    guard position < bytes.count else { return "the end of the \(text)" }
    let byte = bytes[position]
    if byte > ASCII.space, byte < ASCII.delete {
      return "'" + bytes.string(in: position..<(position + 1)) + "'"
    }
    return "byte 0x" + Hexadecimal.text(byte, uppercase: true)
  }
}
