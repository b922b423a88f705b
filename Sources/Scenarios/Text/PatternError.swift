/// What is wrong with a pattern.
package struct PatternError: Error, Sendable, Hashable {
  package let message: String

  init(_ message: String) {
    self.message = message
  }
}
