/// A number with its noun, for messages: `1 request`, `2 requests`.
package struct CountText: Sendable, Hashable, CustomStringConvertible {
  package let description: String

  /// - Parameters:
  ///   - noun: in the singular.
  ///   - plural: nil is the noun with an s.
  package init(_ count: some BinaryInteger, _ noun: String, plural: String? = nil) {
    description = "\(count) " + (count == 1 ? noun : plural ?? noun + "s")
  }
}
