/// A value of a YAML or JSON document, with where it is.
package struct DocumentNode: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    /// Any other number, infinite where it is too large.
    case number(Double)
    case string(String)
    case array([DocumentNode])
    case object([Member])

    /// - Parameter number: a number as JSON or YAML writes it.
    init(number: String) {
      if let integer = Int(number) {
        self = .integer(integer)
      } else {
        self = Double(number).map { .number($0) } ?? .string(number)
      }
    }
  }

  package struct Member: Sendable, Hashable {
    package var name: String
    /// Where the name is.
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

  package var isNull: Bool {
    if case .null = content { true } else { false }
  }

  /// The text of a string; nil for anything else.
  package var string: String? {
    if case .string(let text) = content { text } else { nil }
  }

  /// The member with this name, also if it is null; nil if this is not an object that has it.
  package subscript(name: String) -> DocumentNode? {
    guard case .object(let members) = content else { return nil }
    for member in members where member.name == name { return member.value }
    return nil
  }

  /// The value in words, for messages: `the number 8516`, `a list`.
  package var words: String {
    switch content {
    case .null: "nothing"
    case .bool: text
    case .integer, .number: "the number \(text.prefix(64))\(text.count > 64 ? "…" : "")"
    case .string: "'\(text.prefix(64))\(text.count > 64 ? "…" : "")'"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
