/// All that is wrong with a command line and the environment.
package struct UsageError: Error, Sendable {
  /// One thing that is wrong.
  package struct Problem: Sendable, Equatable {
    /// What was given and what was expected, without secrets.
    package let message: String
    /// What was probably meant.
    package let hint: String?

    init(_ message: String, hint: String? = nil) {
      self.message = message
      self.hint = hint
    }
  }

  /// In the order written, then variables by name.
  package let problems: [Problem]
  /// Which help to read: `redirect-emulator help serve`.
  package let help: String
  /// Sentences about variables that have no meaning.
  package let warnings: [String]

  init(problems: [Problem], help: String, warnings: [String] = []) {
    self.problems = problems
    self.help = help
    self.warnings = warnings
  }

  private static let limit = 10

  /// The lines for standard error.
  package var lines: [String] {
    var lines = warnings.map { "warning: " + $0 }
    for problem in problems.prefix(Self.limit) {
      lines.append("error: " + problem.message)
      if let hint = problem.hint { lines.append("  " + hint) }
    }
    if problems.count > Self.limit {
      lines.append("error: and \(problems.count - Self.limit) more like these")
    }
    lines.append("See '\(help)'.")
    return lines
  }
}
