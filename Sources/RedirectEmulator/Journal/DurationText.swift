/// A duration as messages and reports write it: `250ms`, `1.5s`, `0.042ms`; at most three decimals.
package struct DurationText: Sendable, Equatable, CustomStringConvertible {
  /// The duration in whole nanoseconds.
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// - Parameter duration: saturates at about 292 years.
  package init(_ duration: Duration) {
    nanoseconds = duration.wholeNanoseconds
  }

  package var description: String {
    let magnitude = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    return magnitude >= 1_000_000_000
      ? sign + Self.decimal(magnitude / 1_000_000) + "s"
      : sign + Self.decimal(magnitude / 1_000) + "ms"
  }

  /// Thousandths as a decimal number without trailing zeros.
  private static func decimal(_ thousandths: UInt64) -> String {
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
  /// The duration in nanoseconds, rounded towards zero; saturates at what 64 bits hold.
  fileprivate var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflow || carried ? (seconds < 0 ? .min : .max) : sum
  }
}
