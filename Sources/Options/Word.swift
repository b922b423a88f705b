/// One word of a command line, or the value of a variable: bytes, since neither has to be UTF-8.
package struct Word: Sendable, Hashable {
  package let bytes: [UInt8]

  package init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The word as text; nil where it is not UTF-8.
  package var text: String? { String(validating: bytes, as: UTF8.self) }

  /// The word as messages show it: at most 200 characters, with what could change a terminal or the look of a line
  /// escaped, and bytes that are not UTF-8 as `\xff`.
  package var shown: String {
    var result = ""
    var count = 0
    for part in Self.parts(bytes) {
      if count == Self.limit { return result + "…" }
      result += part
      count += 1
    }
    return result
  }

  private static let limit = 200

  private static func parts(_ bytes: [UInt8]) -> [String] {
    var parts: [String] = []
    var rest = bytes[...]
    while !rest.isEmpty, parts.count <= limit {
      // The longest sequence that is one scalar; at most four bytes, RFC 3629 §3.
      let scalar = (1...4).lazy.compactMap { length -> (Unicode.Scalar, Int)? in
        guard length <= rest.count,
          let text = String(validating: rest.prefix(length), as: UTF8.self)
        else { return nil }
        return text.unicodeScalars.first.map { ($0, length) }
      }.first
      if let (scalar, length) = scalar {
        parts.append(shown(scalar))
        rest = rest.dropFirst(length)
      } else {
        parts.append(#"\x"# + hexadecimal(UInt32(rest.removeFirst()), digits: 2))
      }
    }
    return parts
  }

  private static func shown(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return #"\n"#
    case "\r": return #"\r"#
    case "\t": return #"\t"#
    default: break
    }
    switch scalar.properties.generalCategory {
    // Control characters, bidi marks and separators that begin a line.
    case .control, .format, .lineSeparator, .paragraphSeparator:
      return #"\u{"# + hexadecimal(scalar.value, digits: 1) + "}"
    default: return String(scalar)
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
