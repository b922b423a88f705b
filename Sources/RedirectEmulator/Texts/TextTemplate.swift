import Documents

/// A JSON text with placeholders, in the part of Mustache that the embedded texts need:
///
/// | tag | stands for |
/// |---|---|
/// | `{{name}}` | a value, inside the quotes of a JSON string |
/// | `{{{name}}}` | a value that is JSON itself |
/// | `{{#name}}…{{/name}}` | what is kept where the flag `name` holds |
/// | `{{^name}}…{{/name}}` | what is kept where it does not |
///
/// A line that holds the tag of a section and nothing else is left out. Sections can be nested.
package struct TextTemplate: Sendable {
  private let text: [UInt8]

  package init(_ text: [UInt8]) {
    self.text = text
  }

  /// The text with all placeholders replaced.
  ///
  /// The texts are part of the program, and so are the names in them: a value without a name in `values` is empty,
  /// and a flag without one in `flags` does not hold.
  ///
  /// - Parameters:
  ///   - values: what `{{name}}` and `{{{name}}}` stand for.
  ///   - flags: the names of the flags that hold.
  package func filled(values: [String: [UInt8]] = [:], flags: Set<String> = []) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    // For each open section, whether it is kept. Text is kept if all of them are.
    var sections: [Bool] = []
    var position = 0
    while let tag = nextTag(from: position) {
      if !sections.contains(false) { output += text[position..<tag.range.lowerBound] }
      position = tag.range.upperBound
      switch tag.kind {
      case .section: sections.append(flags.contains(tag.name))
      case .inverted: sections.append(!flags.contains(tag.name))
      case .end: _ = sections.popLast()
      case .string where !sections.contains(false):
        Self.appendEscaped(values[tag.name] ?? [], to: &output)
      case .json where !sections.contains(false): output += values[tag.name] ?? []
      case .string, .json: break
      }
    }
    output += text[position...]
    return output
  }

  /// The names of all values and of all flags.
  package var names: (values: Set<String>, flags: Set<String>) {
    var names: (values: Set<String>, flags: Set<String>) = ([], [])
    var position = 0
    while let tag = nextTag(from: position) {
      switch tag.kind {
      case .string, .json: names.values.insert(tag.name)
      case .section, .inverted, .end: names.flags.insert(tag.name)
      }
      position = tag.range.upperBound
    }
    return names
  }

  private struct Tag {
    enum Kind { case string, json, section, inverted, end }
    var kind: Kind
    var name: String
    /// From its first brace, or the beginning of its line, up to the end of its last brace or of its line.
    var range: Range<Int>
  }

  private static let newline = UInt8(ascii: "\n")

  private func nextTag(from start: Int) -> Tag? {
    guard let opening = firstPair(of: UInt8(ascii: "{"), from: start),
      let closing = firstPair(of: UInt8(ascii: "}"), from: opening.upperBound)
    else { return nil }
    var name = text[opening.upperBound..<closing.lowerBound]
    var range = opening.lowerBound..<closing.upperBound
    let kind: Tag.Kind
    switch name.first {
    case UInt8(ascii: "#"): kind = .section
    case UInt8(ascii: "^"): kind = .inverted
    case UInt8(ascii: "/"): kind = .end
    case UInt8(ascii: "{"):
      kind = .json
      range = range.lowerBound..<min(range.upperBound + 1, text.count)
    default: kind = .string
    }
    if kind != .string { name = name.dropFirst() }
    if kind != .string, kind != .json { range = wholeLine(range) }
    return Tag(kind: kind, name: String(decoding: name, as: UTF8.self), range: range)
  }

  /// Where a byte appears twice in a row. (The standard library's search is not specialized for bytes.)
  private func firstPair(of byte: UInt8, from start: Int) -> Range<Int>? {
    for index in (start..<max(start, text.count - 1)) where text[index] == byte {
      if text[index + 1] == byte { return index..<index + 2 }
    }
    return nil
  }

  /// The range of the whole line if the tag is all of it; otherwise the tag's own range.
  private func wholeLine(_ tag: Range<Int>) -> Range<Int> {
    let start = text[..<tag.lowerBound].lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
    guard start == tag.lowerBound, tag.upperBound < text.count,
      text[tag.upperBound] == Self.newline
    else { return tag }
    return tag.lowerBound..<tag.upperBound + 1
  }

  private static func appendEscaped(_ value: [UInt8], to output: inout [UInt8]) {
    var writer = JSONWriter()
    writer.value(String(decoding: value, as: UTF8.self))
    output += writer.bytes.dropFirst().dropLast()
  }
}
