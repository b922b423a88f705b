/// A size in bytes, written plainly or as `16KiB`, `1MiB`, `1GiB`.
package struct ByteCount: Sendable, Hashable, CustomStringConvertible {
  package let bytes: Int

  package init(bytes: Int) {
    self.bytes = bytes
  }

  /// - Returns: nil for anything except decimal digits, with or without one of the units after them.
  package init?(_ text: String) {
    var digits = Substring(text)
    var factor = 1
    for (unit, value) in Self.units where digits.hasSuffix(unit) {
      digits = digits.dropLast(unit.count)
      factor = value
      break
    }
    guard ASCII.isDigits(digits),
      let number = Int(digits)
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    bytes = product
  }

  package var description: String {
    for (unit, value) in Self.units where bytes >= value && bytes % value == 0 {
      return "\(bytes / value)\(unit)"
    }
    return String(bytes)
  }

  private static let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
}
