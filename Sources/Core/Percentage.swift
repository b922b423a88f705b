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
    guard text.hasSuffix("%"), let number = DecimalText.decimal(text.dropLast()) else { return nil }
    self.init(fraction: number / 100)
  }

  package var description: String {
    let percent = fraction * 100
    let rounded = percent.rounded()
    return abs(percent - rounded) < 1e-9 ? "\(Int(rounded))%" : "\(percent)%"
  }

  /// What messages say of the form that is expected.
  package static let expectedForm = "a percentage from 0% to 100%, such as 20% or 0.5%"
}

extension Percentage {
  package static let half = Percentage(unchecked: 0.5)

  private init(unchecked fraction: Double) {
    self.fraction = fraction
  }
}
