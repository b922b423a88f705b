import Core

extension [UInt8] {
  /// Appends CR LF.
  package mutating func appendLineEnd() {
    append(ASCII.carriageReturn)
    append(ASCII.lineFeed)
  }

  /// Appends `name: value` and the line's end. Both are bytes that a field line may have.
  package mutating func appendField(_ name: StaticString, _ value: StaticString) {
    append(name)
    append(": ")
    append(value)
    appendLineEnd()
  }

  /// Appends a field line whose value is the bytes of `span` in `range`, e.g. one echoed from a request.
  package mutating func appendField(_ name: StaticString, _ span: Span<UInt8>, _ range: Range<Int>)
  {
    append(name)
    append(": ")
    append(span, range)
    appendLineEnd()
  }

  /// Appends a field line whose value is a number in decimal digits.
  package mutating func appendField(_ name: StaticString, decimal value: Int) {
    append(name)
    append(": ")
    appendDecimal(value)
    appendLineEnd()
  }

  /// Appends a field line made at run time.
  package mutating func appendField(_ field: ResponseField) {
    append(contentsOf: field.name.utf8)
    append(": ")
    if let bytes = field.bytes {
      append(contentsOf: bytes)
    } else {
      append(contentsOf: field.value.utf8)
    }
    appendLineEnd()
  }
}
