/// All that is wrong in a document, in its order; never empty.
package struct ScenarioErrors: Error, Sendable, Hashable, CustomStringConvertible {
  package var issues: [ScenarioIssue]

  package init(_ issues: [ScenarioIssue]) {
    self.issues = issues
  }

  /// One issue a line.
  package var description: String {
    issues.map(\.description).joined(separator: "\n")
  }
}
