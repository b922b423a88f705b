import Core

/// A span of time since some start: `0s..30s`, `10s..`. The end is not part of it.
public struct TimeWindow: Sendable, Hashable, CustomStringConvertible {
  /// When it begins.
  public let lower: Duration
  /// When it ends; nil for no end.
  public let upper: Duration?

  /// From one moment until another.
  ///
  /// - Parameter upper: nil for no end. A window that is empty is refused when a rule is loaded.
  public init(from lower: Duration, until upper: Duration? = nil) {
    self.lower = lower
    self.upper = upper
  }

  /// The window, exact to the nanosecond.
  var exact: String { text { $0.exact } }

  private func text(_ part: (DurationText) -> String) -> String {
    part(DurationText(lower)) + ".." + (upper.map { part(DurationText($0)) } ?? "")
  }

  /// - Returns: nil if the window is empty.
  package init?(lower: Duration, upper: Duration?) {
    if let upper, upper <= lower { return nil }
    self.lower = lower
    self.upper = upper
  }

  /// Reads `0s..30s` or `10s..`.
  package init?(_ text: String) {
    guard let dots = text.firstRange(of: ".."),
      let lower = DurationText(String(text[..<dots.lowerBound]))?.duration
    else { return nil }
    let rest = String(text[dots.upperBound...])
    if rest.isEmpty {
      self.init(lower: lower, upper: nil)
    } else if let upper = DurationText(rest)?.duration {
      self.init(lower: lower, upper: upper)
    } else {
      return nil
    }
  }

  /// - Parameter elapsed: nanoseconds since the start.
  package func contains(_ elapsed: Int64) -> Bool {
    elapsed >= lower.wholeNanoseconds && elapsed < upper?.wholeNanoseconds ?? .max
  }

  /// Whether every moment of `other` is in this window.
  package func covers(_ other: TimeWindow) -> Bool {
    lower.wholeNanoseconds <= other.lower.wholeNanoseconds
      && other.upper?.wholeNanoseconds ?? .max <= upper?.wholeNanoseconds ?? .max
  }

  /// As in scenario files.
  public var description: String { text { $0.description } }

  /// The expected form, for messages.
  package static let expectedForm = "a window of time such as 0s..30s or 10s.."
}
