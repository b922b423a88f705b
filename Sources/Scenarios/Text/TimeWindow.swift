import Core

/// A span of time since some start: `0s..30s`, `10s..`. The end is not part of it.
package struct TimeWindow: Sendable, Hashable, CustomStringConvertible {
  package let lower: DurationText
  /// nil for no end.
  package let upper: DurationText?

  /// - Returns: nil where the window is empty.
  package init?(lower: DurationText, upper: DurationText?) {
    if let upper, upper.nanoseconds <= lower.nanoseconds { return nil }
    self.lower = lower
    self.upper = upper
  }

  /// Reads `0s..30s` or `10s..`.
  package init?(_ text: String) {
    guard let dots = text.firstRange(of: ".."),
      let lower = DurationText(String(text[..<dots.lowerBound]))
    else { return nil }
    let rest = String(text[dots.upperBound...])
    if rest.isEmpty {
      self.init(lower: lower, upper: nil)
    } else if let upper = DurationText(rest) {
      self.init(lower: lower, upper: upper)
    } else {
      return nil
    }
  }

  /// - Parameter elapsed: nanoseconds since the start.
  package func contains(_ elapsed: Int64) -> Bool {
    elapsed >= lower.nanoseconds && elapsed < upper?.nanoseconds ?? .max
  }

  /// Whether every moment of `other` is one of these.
  package func covers(_ other: TimeWindow) -> Bool {
    lower.nanoseconds <= other.lower.nanoseconds
      && other.upper?.nanoseconds ?? .max <= upper?.nanoseconds ?? .max
  }

  package var description: String { "\(lower)..\(upper.map(\.description) ?? "")" }

  /// What messages say of the form that is expected.
  package static let expectedForm = "a window of time such as 0s..30s or 10s.."
}
