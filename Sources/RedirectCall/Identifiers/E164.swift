import Core

/// International telephone numbers by ITU-T E.164. Contract guide, "5. Body".
package enum E164 {
  /// Whether `range` is a plus sign and 2 to 15 digits, the first of them not 0.
  package static func isNumber(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
    guard range.count >= 3, range.count <= 16, bytes[range.lowerBound] == ASCII.plus,
      bytes[range.lowerBound + 1] != ASCII.zero
    else { return false }
    for index in (range.lowerBound + 1)..<range.upperBound
    where !ASCII.isDigit(bytes[index]) { return false }
    return true
  }

  /// Whether `range` is such a number, or the word for a withheld number.
  package static func isNumberOrAnonymous(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
    isNumber(bytes, in: range) || bytes.holds("anonymous", in: range)
  }
}
