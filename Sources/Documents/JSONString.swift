import Core

/// Writing strings as JSON: the one escaper. RFC 8259 §7.
package enum JSONString {
  /// Appends `text` in quotes; quotation mark, reverse solidus and control characters escaped, everything
  /// else as UTF-8.
  package static func append(_ text: String, to output: inout [UInt8]) {
    output.append(ASCII.quotationMark)
    appendEscaped(text.utf8.span, to: &output)
    output.append(ASCII.quotationMark)
  }

  /// Most texts have nothing to escape: what lies between two escapes is copied as a whole.
  private static func appendEscaped(_ text: Span<UInt8>, to output: inout [UInt8]) {
    var start = 0
    for index in text.indices where isEscaped(text[index]) {
      if index > start { output.append(text, start..<index) }
      start = index + 1
      appendEscape(of: Unicode.Scalar(text[index]), to: &output)
    }
    if start < text.count { output.append(text, start..<text.count) }
  }

  @inline(__always)
  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < ASCII.space || byte == ASCII.quotationMark || byte == ASCII.backslash
      || byte == ASCII.delete
  }

  /// Appends the escape of a scalar of the Basic Multilingual Plane: `\n` and the like, else `\u` and four
  /// digits.
  package static func appendEscape(of scalar: Unicode.Scalar, to output: inout [UInt8]) {
    output.append(ASCII.backslash)
    switch scalar {
    case "\"": output.append(ASCII.quotationMark)
    case "\\": output.append(ASCII.backslash)
    case "\n": output.append(UInt8(ascii: "n"))
    case "\r": output.append(UInt8(ascii: "r"))
    case "\t": output.append(UInt8(ascii: "t"))
    default:
      output.append(UInt8(ascii: "u"))
      for shift in stride(from: 12, through: 0, by: -4) {
        output.append(Hexadecimal.digit(UInt8(truncatingIfNeeded: scalar.value >> shift)))
      }
    }
  }
}
