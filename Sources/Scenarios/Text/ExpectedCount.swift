import Core

/// How many of something are expected: a number, or a range that may be open at one end.
public struct ExpectedCount: Sendable, Hashable {
  /// The least allowed.
  public let lower: Int
  /// The most allowed; nil for no limit.
  public let upper: Int?

  /// How it was written, so that reports show it in the same form.
  private enum Form {
    case number, range, from, upTo
  }

  private let form: Form

  private init(lower: Int, upper: Int?, _ form: Form) {
    self.lower = lower
    self.upper = upper
    self.form = form
  }

  /// This many, no more and no fewer.
  public static func exactly(_ count: Int) -> ExpectedCount {
    ExpectedCount(lower: count, upper: count, .number)
  }

  /// Any number within the range.
  public static func between(_ range: ClosedRange<Int>) -> ExpectedCount {
    ExpectedCount(lower: range.lowerBound, upper: range.upperBound, .range)
  }

  /// This many or more.
  public static func atLeast(_ count: Int) -> ExpectedCount {
    ExpectedCount(lower: count, upper: nil, .from)
  }

  /// This many or fewer.
  public static func atMost(_ count: Int) -> ExpectedCount {
    ExpectedCount(lower: 0, upper: count, .upTo)
  }

  /// Reads `3`, `1..3`, `2..` or `..3`; nil for anything else, for a negative number and for a range that ends
  /// before it begins.
  package init?(_ text: String) {
    if let count = Self.number(text) {
      self = .exactly(count)
      return
    }
    guard let dots = text.firstRange(of: "..") else { return nil }
    let before = String(text[..<dots.lowerBound])
    let behind = String(text[dots.upperBound...])
    switch (before.isEmpty, behind.isEmpty) {
    case (true, true): return nil
    case (true, false):
      guard let upper = Self.number(behind) else { return nil }
      self = .atMost(upper)
    case (false, true):
      guard let lower = Self.number(before) else { return nil }
      self = .atLeast(lower)
    case (false, false):
      guard let lower = Self.number(before), let upper = Self.number(behind), lower <= upper
      else { return nil }
      self = .between(lower...upper)
    }
  }

  /// Whether this count is as expected.
  package func contains(_ count: Int) -> Bool {
    count >= lower && count <= upper ?? .max
  }

  /// The expected form, for messages.
  package static let expectedForm =
    "a whole number or a range such as \"1..3\", \"2..\" or \"..3\""

  private static func number(_ text: String) -> Int? {
    guard ASCII.isDigits(text) else { return nil }
    return Int(text)
  }
}

extension ExpectedCount: ExpressibleByIntegerLiteral {
  /// Exactly this many.
  public init(integerLiteral value: Int) {
    self = .exactly(value)
  }
}

extension ExpectedCount: CustomStringConvertible {
  /// `3`, `1..3`, `2..` or `..3`, as it was written.
  public var description: String {
    let end = upper.map(String.init) ?? ""
    return switch form {
    case .number: String(lower)
    case .range, .from: "\(lower)..\(end)"
    case .upTo: "..\(end)"
    }
  }
}
