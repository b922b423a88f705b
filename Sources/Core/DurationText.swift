/// A duration as people write it: `250ms`, `1.5s`, `2m`, `1h`. The one way that options, scenario files and the
/// control API read one, and that messages write one.
package struct DurationText: Sendable, Hashable, CustomStringConvertible {
  /// Whole nanoseconds, never more than about 292 years either way.
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// - Parameter duration: saturates.
  package init(_ duration: Duration) {
    nanoseconds = duration.wholeNanoseconds
  }

  /// - Returns: nil for anything but a decimal number, not negative, with a unit: `us`, `ms`, `s`, `m` or `h`.
  package init?(_ text: String) {
    for (unit, size) in Self.units where text.hasSuffix(unit) {
      guard let value = Self.decimal(text.dropLast(unit.count), of: size) else { return nil }
      nanoseconds = value
      return
    }
    return nil
  }

  package var duration: Duration { .nanoseconds(nanoseconds) }

  /// With at most three decimals: `1.5s`, `0.042ms`.
  package var description: String {
    let magnitude = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    return magnitude >= 1_000_000_000 || magnitude == 0
      ? sign + Self.text(thousandths: magnitude / 1_000_000) + "s"
      : sign + Self.text(thousandths: magnitude / 1_000) + "ms"
  }

  /// To the nanosecond, as ``init(_:)`` reads it where it is not negative: `1500ms`, `0.001us`.
  package var exact: String {
    let magnitude = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    if magnitude % 1_000_000_000 == 0 { return sign + "\(magnitude / 1_000_000_000)s" }
    return magnitude % 1_000 == 0
      ? sign + Self.text(thousandths: magnitude / 1_000) + "ms"
      : sign + Self.text(thousandths: magnitude) + "us"
  }

  /// The longest duration in whole hours that ``init(_:)`` reads: its nanoseconds must fit in 64 bits.
  package static let longest = DurationText(
    nanoseconds: Int64.max / 3_600_000_000_000 * 3_600_000_000_000)

  /// The expected form, for messages.
  package static let expectedForm = "a duration such as 250ms, 1.5s, 2m or 1h"

  // A longer unit that ends like a shorter one comes before it.
  private static let units: [(String, Int64)] = [
    ("ms", 1_000_000), ("us", 1_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
  ]

  /// Digits with at most one point, times `unit`, exactly.
  private static func decimal(_ text: Substring, of unit: Int64) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ ASCII.isDigits($0) }),
      let whole = Int64(parts[0])
    else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    if overflow { return nil }
    var result = product
    var place = unit
    if parts.count == 2 {
      for digit in parts[1].utf8 {
        place /= 10
        let (sum, carried) = result.addingReportingOverflow(Int64(digit &- ASCII.zero) * place)
        if carried { return nil }
        result = sum
      }
    }
    return result
  }

  private static func text(thousandths: UInt64) -> String {
    var text = String(thousandths / 1_000)
    var fraction = thousandths % 1_000
    guard fraction > 0 else { return text }
    text += "."
    var place: UInt64 = 100
    while fraction > 0 {
      text += String(fraction / place)
      fraction %= place
      place /= 10
    }
    return text
  }
}

extension Duration {
  /// Whole nanoseconds, rounded towards zero, saturating.
  package var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return carried ? (seconds < 0 ? .min : .max) : sum
  }
}
