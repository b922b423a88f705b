import Core

/// The bytes of a range of a request target, percent-decoded one after another. RFC 3986 §2.1. A `%` without two
/// hexadecimal digits after it stands for itself.
struct PercentDecodedBytes {
  private var rest: Range<Int>

  init(_ range: Range<Int>) {
    rest = range
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func next(in bytes: Span<UInt8>) -> UInt8? {
    guard !rest.isEmpty else { return nil }
    let byte = bytes[rest.lowerBound]
    if byte == ASCII.percentSign, rest.count >= 3,
      let high = Hexadecimal.value(bytes[rest.lowerBound + 1]),
      let low = Hexadecimal.value(bytes[rest.lowerBound + 2])
    {
      rest = (rest.lowerBound + 3)..<rest.upperBound
      return high << 4 | low
    }
    rest = (rest.lowerBound + 1)..<rest.upperBound
    return byte
  }
}
