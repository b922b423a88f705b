import Core

/// Writing strings as JSON: the one escaper. RFC 8259 §7.
package enum JSONString {
  /// Appends `text` in quotes; quotation mark, reverse solidus and control characters escaped, everything
  /// else as UTF-8.
  package static func append(_ text: String, to output: inout [UInt8]) {
    append(text.utf8.span, to: &output)
  }

  /// The same for bytes.
  ///
  /// - Parameter hidesMarks: as in ``appendEscaped(_:escapesQuotes:hidesMarks:to:)``.
  package static func append(
    _ text: Span<UInt8>, hidesMarks: Bool = false, to output: inout [UInt8]
  ) {
    output.append(ASCII.quotationMark)
    appendEscaped(text, hidesMarks: hidesMarks, to: &output)
    output.append(ASCII.quotationMark)
  }

  /// Appends `text` without quotes. Most texts have nothing to escape: what lies between two escapes is copied as a
  /// whole.
  ///
  /// - Parameters:
  ///   - escapesQuotes: whether quotation mark and reverse solidus are escaped.
  ///   - hidesMarks: whether what could change a terminal or the look of a line is escaped, too: C1 control characters,
  ///     marks of writing direction, separators of lines. Bytes that are not UTF-8 are U+FFFD then.
  package static func appendEscaped(
    _ text: Span<UInt8>, escapesQuotes: Bool = true, hidesMarks: Bool = false,
    to output: inout [UInt8]
  ) {
    var start = 0
    var index = JSONScanner.endOfUnescapedText(text, from: 0)
    while index < text.count {
      let byte = text[index]
      if byte >= 0x80 {
        if hidesMarks {
          output.append(text, start..<index)
          return appendScalars(of: text, from: index, escapesQuotes: escapesQuotes, to: &output)
        }
        while index + 1 < text.count, text[index + 1] >= 0x80 { index += 1 }
      } else if escapesQuotes || (byte != ASCII.quotationMark && byte != ASCII.backslash) {
        output.append(text, start..<index)
        start = index + 1
        appendEscape(of: Unicode.Scalar(byte), to: &output)
      }
      index = JSONScanner.endOfUnescapedText(text, from: index + 1)
    }
    output.append(text, start..<text.count)
  }

  private static func appendScalars(
    of text: Span<UInt8>, from start: Int, escapesQuotes: Bool, to output: inout [UInt8]
  ) {
    for scalar in text.string(in: start..<text.count).unicodeScalars {
      if isHidden(scalar) || escapesQuotes && (scalar == "\"" || scalar == "\\") {
        appendEscape(of: scalar, to: &output)
      } else {
        output.append(contentsOf: String(scalar).utf8)
      }
    }
  }

  /// Whether a scalar is a control character (C0, DEL, C1), a mark of writing direction, or a separator of lines.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
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
