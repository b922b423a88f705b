/// What is wrong with a pattern.
public struct PatternError: Error, Sendable, Hashable {
  /// What was wrong, and what was expected.
  public let message: String
  /// Which character of the pattern it is about, from 0, a slash before it included; nil if it is about the whole.
  public let offset: Int?

  init(_ message: String, offset: Int? = nil) {
    self.message = message
    self.offset = offset
  }
}
