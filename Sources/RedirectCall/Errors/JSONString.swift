/// Writing strings as JSON. RFC 8259 §7.
package enum JSONString {
  /// Appends `text` in quotes; quotation mark, reverse solidus and control characters escaped, everything
  /// else as UTF-8.
  package static func append(_ text: String, to output: inout [UInt8]) {
    output.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C:
        output.append(0x5C)
        output.append(byte)
      case 0x0A: output.append(contentsOf: "\\n".utf8)
      case 0x0D: output.append(contentsOf: "\\r".utf8)
      case 0x09: output.append(contentsOf: "\\t".utf8)
      case 0..<0x20, 0x7F:
        output.append(contentsOf: "\\u00".utf8)
        output.append(hexadecimal(byte >> 4))
        output.append(hexadecimal(byte & 0xF))
      default: output.append(byte)
      }
    }
    output.append(0x22)
  }

  private static func hexadecimal(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x61 + value - 10
  }
}
