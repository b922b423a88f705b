/// What is wrong with a pattern.
public struct PatternError: Error, Sendable, Hashable {
  /// What was wrong, and what was expected.
  public let message: String

  init(_ message: String) {
    self.message = message
  }
}
