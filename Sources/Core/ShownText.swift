/// Text and bytes as messages show them: with what could change a terminal or the look of a line escaped, and bytes
/// that are not UTF-8 as `\xff`.
package enum ShownText {
  /// How many characters of a value a message shows.
  package static let limit = 200

  /// A value in a message: at most ``limit`` characters, then `…`.
  package static func value(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var position = 0
    var result = ""
    for _ in 0..<limit {
      guard let part = next(bytes, &position) else { return result }
      result += part
    }
    return position == bytes.count ? result : result + "…"
  }

  /// All of a text, as one line. Text that was escaped before stays as it is.
  package static func line(_ text: some Sequence<UInt8>) -> String {
    let bytes = Array(text)
    // Most text is plain, and there may be much of it.
    if bytes.allSatisfy({ (ASCII.space..<ASCII.delete).contains($0) }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    var position = 0
    var result = ""
    while let part = next(bytes, &position) { result += part }
    return result
  }

  /// All of a text, as one line.
  package static func line(_ text: String) -> String { line(text.utf8) }

  /// The next character or byte, escaped; nil at the end.
  private static func next(_ bytes: [UInt8], _ position: inout Int) -> String? {
    guard position < bytes.count else { return nil }
    let rest = bytes[position...]
    // The sequence that is one scalar: at most four bytes, RFC 3629 §3.
    for length in 1...4 where length <= rest.count {
      guard let text = String(validating: rest.prefix(length), as: UTF8.self),
        let scalar = text.unicodeScalars.first
      else { continue }
      position += length
      return shown(scalar)
    }
    position += 1
    return rest.first.map { #"\x"# + Hexadecimal.text($0) }
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
      return #"\u{"# + String(scalar.value, radix: 16) + "}"
    default: return String(scalar)
    }
  }
}
