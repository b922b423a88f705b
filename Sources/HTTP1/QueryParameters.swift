import Core

/// The parameters of a query component, read one after another: pairs separated by `&`, name and value separated
/// by the first `=`. A sequence of ranges into the message. Nothing is decoded before a caller asks for it.
package struct QueryParameters: Sendable {
  package struct Parameter: Sendable, Equatable {
    package var name: Range<Int>
    /// Empty where there is no `=`.
    package var value: Range<Int>
  }

  private var rest: Range<Int>

  /// - Parameter query: where the query is in the message, without its `?`.
  package init(_ query: Range<Int>?) {
    rest = query ?? 0..<0
  }

  /// The next parameter, or nil at the end. Empty pairs are skipped.
  package mutating func next(in message: Span<UInt8>) -> Parameter? {
    while !rest.isEmpty {
      let start = rest.lowerBound
      var end = start
      var equals: Int?
      while end < rest.upperBound, message[end] != ASCII.ampersand {
        if message[end] == ASCII.equalsSign, equals == nil { equals = end }
        end += 1
      }
      rest = min(end + 1, rest.upperBound)..<rest.upperBound
      if end == start { continue }
      if let equals { return Parameter(name: start..<equals, value: (equals + 1)..<end) }
      return Parameter(name: start..<end, value: end..<end)
    }
    return nil
  }

  /// Whether percent-decoding `range` gives exactly these ASCII characters. Names and values of the contract
  /// are case-sensitive.
  package static func matches(_ range: Range<Int>, in message: Span<UInt8>, _ text: StaticString)
    -> Bool
  {
    text.withUTF8Buffer { expected in
      var index = range.lowerBound
      for byte in expected {
        guard index < range.upperBound else { return false }
        var actual = message[index]
        index += 1
        if actual == ASCII.percentSign {
          guard range.upperBound - index >= 2, let high = Hexadecimal.value(message[index]),
            let low = Hexadecimal.value(message[index + 1])
          else { return false }
          actual = high << 4 | low
          index += 2
        }
        if actual != byte { return false }
      }
      return index == range.upperBound
    }
  }

  /// The percent-decoded text of `range`; `+` stands for a space, as HTML forms write it. Bytes that are not
  /// UTF-8 become U+FFFD, and a `%` without two hexadecimal digits stays as it is.
  package static func decoded(_ range: Range<Int>, in message: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = message[index]
      if byte == ASCII.percentSign, range.upperBound - index >= 3,
        let high = Hexadecimal.value(message[index + 1]),
        let low = Hexadecimal.value(message[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(byte == ASCII.plus ? ASCII.space : byte)
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
