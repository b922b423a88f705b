extension [UInt8] {
  /// Appends a literal's bytes.
  package mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  /// Appends the bytes of `span` in `range`.
  package mutating func append(_ span: Span<UInt8>, _ range: Range<Int>) {
    // The one place of this module with a pointer: it lives for this call only, and spares a loop over bytes.
    span.extracting(range).withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Appends all bytes of `span`.
  package mutating func append(_ span: Span<UInt8>) {
    append(span, 0..<span.count)
  }

  /// Appends `value` in decimal digits.
  package mutating func appendDecimal(_ value: Int) {
    var digits: InlineArray<20, UInt8> = .init(repeating: 0x30)
    var first = 20
    var rest: UInt = value.magnitude
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      first -= 1
      digits[first] = 0x30 + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest != 0 && first > 0
    if value < 0 { append(0x2D) }
    append(digits.span, first..<20)
  }

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
    append(contentsOf: field.value.utf8)
    appendLineEnd()
  }
}
