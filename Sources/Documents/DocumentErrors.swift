/// One thing that is wrong in a document, and where.
package struct DocumentIssue: Sendable, Hashable, CustomStringConvertible {
  /// What was wrong, and what was expected.
  package var message: String
  /// From 1.
  package var line: Int
  /// From 1, in characters.
  package var column: Int
  /// The path to the value: `rules[2].respond.status`; empty for the whole document.
  package var target: String

  package init(message: String, line: Int, column: Int, target: String) {
    self.message = message
    self.line = line
    self.column = column
    self.target = target
  }

  /// `3:5: …`, to stand behind a file's name and a colon.
  package var description: String {
    "\(line):\(column): \(target.isEmpty ? "" : target + ": ")\(message)"
  }
}

/// All that is wrong in a document, in its order; never empty.
package struct DocumentErrors: Error, Sendable, Hashable, CustomStringConvertible {
  package var issues: [DocumentIssue]

  package init(_ issues: [DocumentIssue]) {
    self.issues = issues
  }

  /// One issue a line.
  package var description: String {
    issues.map(\.description).joined(separator: "\n")
  }
}
