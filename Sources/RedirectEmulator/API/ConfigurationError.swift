/// All settings that cannot be used.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  /// One setting that cannot be used.
  public struct Problem: Sendable, Hashable {
    /// The setting: its path in ``Configuration``, e.g. `limits.bodyBytes`.
    public let setting: String
    /// The value as text; nil if it is a secret or a file's content.
    public let value: String?
    /// What was expected.
    public let message: String
    /// The option's name on the command line, without its dashes; nil if it has none.
    package let option: String?
    /// Whether a file's content is wrong, and not the setting itself.
    package let isAboutData: Bool

    init(
      _ setting: String, option: String?, value: String? = nil, _ message: String,
      isAboutData: Bool = false
    ) {
      self.setting = setting
      self.option = option
      self.value = value
      self.message = message
      self.isAboutData = isAboutData
    }
  }

  /// One at least.
  public let problems: [Problem]

  init(_ problems: [Problem]) {
    self.problems = problems
  }

  init(_ setting: String, option: String, _ message: String, isAboutData: Bool = false) {
    self.init([Problem(setting, option: option, message, isAboutData: isAboutData)])
  }

  /// Whether only the content of files is wrong.
  package var isAboutData: Bool { problems.allSatisfy(\.isAboutData) }

  /// A line for each: the setting, its value and what was expected.
  public var description: String {
    problems.map { problem in
      "Configuration.\(problem.setting)\(problem.value.map { " \($0)" } ?? ""): \(problem.message)"
    }.joined(separator: "\n")
  }
}
