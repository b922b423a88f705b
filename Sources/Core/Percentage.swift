/// A part of a hundred: `20%`, `0.5%`.
package struct Percentage: Sendable, Hashable, CustomStringConvertible {
  /// From 0 to 1.
  package let fraction: Double

  /// - Returns: nil for anything outside 0...1.
  package init?(fraction: Double) {
    guard fraction >= 0, fraction <= 1 else { return nil }
    self.fraction = fraction
  }

  /// Reads `20%` or `0.5%`.
  package init?(_ text: String) {
    let number = text.dropLast()
    guard text.hasSuffix("%"), DecimalText.decimal(number) != nil,
      // Not divided by 100, which would round a second time: what is written is read as the same number.
      let fraction = Double("\(number)e-2")
    else { return nil }
    self.init(fraction: fraction)
  }

  package var description: String { Self.text(fraction) }

  /// A fraction as a percentage, exactly: reading it gives the same number. A fraction outside 0...1 is written too, so
  /// that messages can show it.
  package static func text(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "\(fraction)%" }
    // The shortest decimal number that is this one, with its point moved by two digits.
    let parts = "\(fraction.magnitude)".split(separator: "e")
    let mantissa = (parts.first ?? "0").split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa.first ?? "0"
    let digits = Array(mantissa.joined())
    let point = whole.count + 2 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let padded =
      Array(repeating: Character("0"), count: max(1 - point, 0)) + digits
      + Array(repeating: Character("0"), count: max(point - digits.count, 0))
    let split = max(point, 1)
    let integer = String(padded[..<split].drop { $0 == "0" })
    var decimals = String(padded[split...])
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return (fraction < 0 ? "-" : "") + (integer.isEmpty ? "0" : integer)
      + (decimals.isEmpty ? "" : "." + decimals) + "%"
  }

  /// The expected form, for messages.
  package static let expectedForm = "a percentage from 0% to 100%, such as 20% or 0.5%"
}
