/// Settings that cannot be used: all of them.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  /// One setting that cannot be used.
  public struct Problem: Sendable, Hashable {
    /// The option's name on the command line, without its dashes.
    public let option: String
    /// The value as text; nil where it is a secret or a file's content.
    public let value: String?
    /// What was expected.
    public let message: String
    /// Whether it is a file's content that is wrong, not the setting itself.
    public let isAboutData: Bool

    /// A setting that cannot be used.
    public init(option: String, value: String? = nil, message: String, isAboutData: Bool = false) {
      self.option = option
      self.value = value
      self.message = message
      self.isAboutData = isAboutData
    }
  }

  /// In the order of the settings; one at least.
  public let problems: [Problem]

  /// Settings that cannot be used.
  public init(_ problems: [Problem]) {
    self.problems = problems
  }

  init(option: String, message: String, isAboutData: Bool = false) {
    self.init([Problem(option: option, message: message, isAboutData: isAboutData)])
  }

  /// Whether nothing but the content of files is wrong.
  public var isAboutData: Bool { problems.allSatisfy(\.isAboutData) }

  /// A line for each: the option, its value and what was expected.
  public var description: String {
    problems.map { problem in
      "--\(problem.option)\(problem.value.map { " \($0)" } ?? ""): \(problem.message)"
    }.joined(separator: "\n")
  }
}
