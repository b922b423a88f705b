import Documents
import Scenarios

/// A scenario that cannot be loaded, with everything that is wrong with it.
public struct InvalidScenario: Error, Sendable, CustomStringConvertible {
  /// One thing that is wrong.
  public struct Issue: Sendable, Hashable {
    /// What is wrong, and what was expected.
    public let message: String
    /// Counted from 1; 1 for rules made in code.
    public let line: Int
    /// Counted from 1; 1 for rules made in code.
    public let column: Int
    /// The path of the member, e.g. `rules[2].respond.status`.
    public let target: String
  }

  /// In the order of their places.
  public let issues: [Issue]

  private let hasPlaces: Bool

  /// - Parameter hasPlaces: false for rules made in code, for which only the target says where something is wrong.
  init(_ errors: DocumentErrors, hasPlaces: Bool = true) {
    self.hasPlaces = hasPlaces
    issues = errors.issues.map {
      Issue(message: $0.message, line: $0.line, column: $0.column, target: $0.target)
    }
  }

  /// A line for each issue: `LINE:COLUMN: MESSAGE`, or for rules made in code `TARGET: MESSAGE`.
  public var description: String {
    issues.map {
      hasPlaces ? "\($0.line):\($0.column): \($0.message)" : "\($0.target): \($0.message)"
    }.joined(separator: "\n")
  }
}
