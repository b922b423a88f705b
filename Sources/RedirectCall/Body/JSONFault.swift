import Core

/// Why bytes are not JSON as the contract takes it, and where. RFC 8259; Contract guide, "5. Body".
struct JSONFault: Error, Equatable {
  /// What the grammar wants at a place, in words.
  enum Expectation: String {
    case value = "a value"
    case memberName = "a member name in quotation marks"
    case memberNameOrEnd = "a member name in quotation marks or '}'"
    case colon = "':'"
    case commaOrBrace = "',' or '}'"
    case commaOrBracket = "',' or ']'"
    case closingQuote = "a closing quotation mark"
  }

  enum Problem: Equatable {
    case empty
    case byteOrderMark
    /// Something else stands where the grammar wants `expected`.
    case unexpected(expected: Expectation)
    case badLiteral
    case badNumber
    case badEscape
    case badUnicodeEscape
    case loneSurrogate
    case controlCharacter
    case badUTF8
    case tooDeep
    case tooManyMembers
    case trailing
  }

  var problem: Problem
  /// The offset of the first byte that is wrong; the body's length where something is missing at its end.
  var position: Int
}

extension JSONFault {
  /// What is wrong, what was expected and where: line and column count from 1, the column in characters.
  func message(in body: Span<UInt8>) -> String {
    let (line, column) = place(in: body)
    let what = description(in: body)
    return "The body is not JSON (RFC 8259): line \(line), column \(column): \(what)."
  }

  private func description(in body: Span<UInt8>) -> String {
    let found = Self.found(position, in: body)
    return switch problem {
    case .empty: "the body is empty; a JSON object is expected"
    case .byteOrderMark: "the body begins with a byte order mark; it must begin with '{'"
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
      "a control character (\(found)) stands in a string; it must be escaped"
    case .badUTF8: "the bytes from \(found) on are not UTF-8"
    case .tooDeep:
      "objects and arrays are nested more than \(JSONScanner.depthLimit) levels deep"
    case .tooManyMembers:
      "an object has more than \(MemberNames.unknownLimit) members that the contract does not name"
    case .trailing: "expected nothing after the object, but found \(found)"
    }
  }

  private static func found(_ position: Int, in body: Span<UInt8>) -> String {
    guard position < body.count else { return "the end of the body" }
    let byte = body[position]
    if byte > 0x20, byte < 0x7F { return "'" + body.string(in: position..<(position + 1)) + "'" }
    let digits = String(byte, radix: 16, uppercase: true)
    return "byte 0x" + (digits.count == 1 ? "0" : "") + digits
  }

  /// LF, CR and CR LF each end a line.
  private func place(in body: Span<UInt8>) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for index in 0..<min(position, body.count) {
      let byte = body[index]
      let endsLine =
        byte == 0x0A || (byte == 0x0D && !(index + 1 < body.count && body[index + 1] == 0x0A))
      if endsLine {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }
}
