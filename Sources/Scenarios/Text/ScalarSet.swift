/// The characters that one place of a regular expression takes.
struct ScalarSet: Sendable, Hashable {
  var ranges: [ClosedRange<UInt32>]
  var isNegated = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) } != isNegated
  }

  init(_ ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
    self.ranges = ranges
    self.isNegated = isNegated
  }

  init(_ scalar: Unicode.Scalar) {
    ranges = [scalar.value...scalar.value]
  }

  /// `.`: everything but a line's end.
  static let anything = ScalarSet([0x0A...0x0A], isNegated: true)

  /// What a letter behind a backslash stands for, where it stands for a class.
  static func named(_ letter: Unicode.Scalar) -> ScalarSet? {
    switch letter {
    case "d": ScalarSet(digits)
    case "D": ScalarSet(digits, isNegated: true)
    case "w": ScalarSet(words)
    case "W": ScalarSet(words, isNegated: true)
    case "s": ScalarSet(spaces)
    case "S": ScalarSet(spaces, isNegated: true)
    default: nil
    }
  }

  private static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  private static let words: [ClosedRange<UInt32>] = [
    0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A,
  ]
  private static let spaces: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20]
}
