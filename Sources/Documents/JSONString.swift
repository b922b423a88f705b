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
      appendEscape(of: text[index], to: &output)
    }
    if start < text.count { output.append(text, start..<text.count) }
  }

  @inline(__always)
  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < ASCII.space || byte == ASCII.quotationMark || byte == ASCII.backslash
      || byte == ASCII.delete
  }

  private static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
    output.append(ASCII.backslash)
    switch byte {
    case ASCII.quotationMark, ASCII.backslash: output.append(byte)
    case ASCII.lineFeed: output.append(UInt8(ascii: "n"))
    case ASCII.carriageReturn: output.append(UInt8(ascii: "r"))
    case ASCII.horizontalTab: output.append(UInt8(ascii: "t"))
    default:
      output.append("u00")
      output.append(Hexadecimal.digit(byte >> 4))
      output.append(Hexadecimal.digit(byte))
    }
  }
}
