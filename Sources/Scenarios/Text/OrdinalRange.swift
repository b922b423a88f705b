import Core

/// A range of ordinals, counted from 1: `2`, `1..2` or `3..`.
public struct OrdinalRange: Sendable, Hashable, CustomStringConvertible {
  /// The first one.
  public let lower: Int
  /// The last one; nil for no end.
  public let upper: Int?

  /// - Parameter range: from 1; up to `Int.max` for no end. Others are refused when a rule is loaded.
  public init(_ range: ClosedRange<Int>) {
    lower = range.lowerBound
    upper = range.upperBound == .max ? nil : range.upperBound
  }

  /// - Returns: nil if `lower` is below 1 or above `upper`.
  package init?(lower: Int, upper: Int?) {
    guard lower >= 1, upper.map({ $0 >= lower }) ?? true else { return nil }
    self.lower = lower
    self.upper = upper
  }

  /// Reads `2`, `1..2` or `3..`.
  package init?(_ text: String) {
    guard let dots = text.firstRange(of: "..") else {
      guard let number = DecimalText.integer(text) else { return nil }
      self.init(lower: number, upper: number)
      return
    }
    guard let lower = DecimalText.integer(text[..<dots.lowerBound]) else { return nil }
    let rest = text[dots.upperBound...]
    if rest.isEmpty {
      self.init(lower: lower, upper: nil)
    } else if let upper = DecimalText.integer(rest) {
      self.init(lower: lower, upper: upper)
    } else {
      return nil
    }
  }

  package func contains(_ ordinal: Int) -> Bool {
    ordinal >= lower && ordinal <= upper ?? .max
  }

  /// How many ordinals there are; nil for no end.
  var count: Int? {
    upper.map { upper in
      let (span, overflow) = upper.subtractingReportingOverflow(lower)
      return overflow || span == .max ? .max : span + 1
    }
  }

  /// Whether every ordinal of `other` is one of these.
  package func covers(_ other: OrdinalRange) -> Bool {
    lower <= other.lower && other.upper ?? .max <= upper ?? .max
  }

  /// As in scenario files.
  public var description: String {
    guard let upper else { return "\(lower).." }
    return lower == upper ? String(lower) : "\(lower)..\(upper)"
  }

  /// The expected form, for messages.
  package static let expectedForm = "a number from 1, or a range such as 1..2 or 3.."
}
