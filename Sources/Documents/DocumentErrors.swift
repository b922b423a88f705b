import Core

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

  /// `3:5: …`, to put after a file's name and a colon.
  package var description: String {
    "\(line):\(column): \(target.isEmpty ? "" : target + ": ")\(message)"
  }
}

/// All issues of a document, in its order; never empty.
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

/// Collects what the readers of one document find wrong. One document is read by one thread.
package final class IssueList {
  package private(set) var issues: [DocumentIssue] = []

  /// More are not kept: a file with a hundred issues is probably not a document of this kind.
  package static let most = 100

  package init() {}

  /// Whether the list is full.
  package var isFull: Bool { issues.count >= Self.most }

  /// - Parameter target: where in the document. It contains members' names, so it is cut to the length that
  ///   ``ShownText`` shows of a value.
  package func add(_ message: String, at node: DocumentNode, target: String) {
    guard issues.count < Self.most else { return }
    issues.append(
      DocumentIssue(
        message: message, line: node.line, column: node.column,
        target: ShownText.value(target.utf8)))
  }

  /// - Throws: all issues in the document's order, if there are any.
  package func check() throws(DocumentErrors) {
    guard issues.isEmpty else {
      throw DocumentErrors(
        issues.enumerated().sorted {
          ($0.element.line, $0.element.column, $0.offset)
            < ($1.element.line, $1.element.column, $1.offset)
        }.map(\.element))
    }
  }
}
