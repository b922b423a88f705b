/// A value of a YAML or JSON document, with where it stands.
package struct DocumentNode: Sendable, Hashable {
  package indirect enum Content: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    /// Any other number, as written.
    case number(Double)
    case string(String)
    case array([DocumentNode])
    case object([Member])
  }

  package struct Member: Sendable, Hashable {
    package var name: String
    /// Where the name stands.
    package var line: Int
    package var column: Int
    package var value: DocumentNode

    package init(name: String, line: Int = 1, column: Int = 1, value: DocumentNode) {
      self.name = name
      self.line = line
      self.column = column
      self.value = value
    }
  }

  package var content: Content
  /// A scalar as it was written, without its quotes; empty for arrays and objects.
  package var text: String
  /// From 1.
  package var line: Int
  /// From 1, in characters.
  package var column: Int

  package init(_ content: Content, text: String = "", line: Int = 1, column: Int = 1) {
    self.content = content
    self.text = text
    self.line = line
    self.column = column
  }

  package var isNull: Bool { content == .null }

  /// The value in words, for messages: `the number 8516`, `a list`.
  package var words: String {
    switch content {
    case .null: "nothing"
    case .bool: text
    case .integer, .number: "the number \(text)"
    case .string: "'\(text.prefix(64))\(text.count > 64 ? "…" : "")'"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
