/// What is wrong with a pattern.
public struct PatternError: Error, Sendable, Hashable {
  /// What was wrong, and what was expected.
  public let message: String
  /// The character of the pattern that it is about, from 0, including a slash at the beginning; nil if it is about the
  /// whole pattern.
  public let offset: Int?

  init(_ message: String, offset: Int? = nil) {
    self.message = message
    self.offset = offset
  }
}
