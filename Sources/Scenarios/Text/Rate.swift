import Core

/// A number per unit of time: `5/s`, `100/m`, `1000/h`.
public struct Rate: Sendable, Hashable, CustomStringConvertible {
  /// How many.
  public let count: Int
  /// The unit of time, in nanoseconds.
  package let nanoseconds: Int64

  /// A unit of time.
  public enum Unit: Int64, Sendable, Hashable, CaseIterable {
    case second = 1_000_000_000
    case minute = 60_000_000_000
    case hour = 3_600_000_000_000
  }

  /// - Parameter count: from 1 to 1,000,000.
  public init(_ count: Int, per unit: Unit) {
    self.count = count
    nanoseconds = unit.rawValue
  }

  /// Reads `5/s`, `100/m` or `1000/h`; the count is 1 to 1,000,000.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = DecimalText.integer(parts[0]),
      (1...1_000_000).contains(count),
      let unit = Self.units.first(where: { $0.name == parts[1] })
    else { return nil }
    self.count = count
    nanoseconds = unit.nanoseconds
  }

  /// As in scenario files.
  public var description: String {
    "\(count)/\(Self.units.first { $0.nanoseconds == nanoseconds }?.name ?? "s")"
  }

  /// The expected form, for messages.
  package static let expectedForm = "a rate such as 5/s, 100/m or 1000/h"

  private static let units: [(name: String, nanoseconds: Int64)] = [
    ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
  ]
}
