/// Numbers as people write them in options and scenario files: decimal digits, no sign, no exponent.
package enum DecimalText {
  package static func integer(_ text: some StringProtocol) -> Int? {
    guard ASCII.isDigits(text) else { return nil }
    return Int(text)
  }

  /// Digits with at most one point between them.
  package static func decimal(_ text: some StringProtocol) -> Double? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ ASCII.isDigits($0) })
    else { return nil }
    return Double(String(text))
  }
}
