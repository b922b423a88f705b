import Core

/// One word of a command line, or the value of a variable: bytes, because neither has to be UTF-8.
package struct Word: Sendable, Hashable {
  package let bytes: [UInt8]

  package init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  package init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The word as text; nil if it is not UTF-8.
  package var text: String? { String(validating: bytes, as: UTF8.self) }

  /// The word as messages show it: at most 200 characters, with what could change a terminal or the look of a line
  /// escaped, and bytes that are not UTF-8 as `\xff`. An empty one is `""`.
  package var shown: String { bytes.isEmpty ? "\"\"" : ShownText.value(bytes) }

  /// Whether the word begins with a dash and has more than that.
  var looksLikeOption: Bool { bytes.count > 1 && bytes[0] == UInt8(ascii: "-") }

  /// The bytes before the first equals sign, and those after it; nil if it has none.
  package var assignment: (name: Word, value: Word)? {
    guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    return (Word(bytes[..<equals]), Word(bytes[(equals + 1)...]))
  }
}
