extension [UInt8] {
  /// Appends a literal's bytes.
  @inlinable
  package mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  /// Appends the bytes of `span` in `range`, in one copy.
  @inlinable
  package mutating func append(_ span: Span<UInt8>, _ range: Range<Int>) {
    span.extracting(range).withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Appends all bytes of `span`, in one copy.
  @inlinable
  package mutating func append(_ span: Span<UInt8>) {
    span.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Appends `value` in decimal digits.
  package mutating func appendDecimal(_ value: Int) {
    let (digits, first) = Self.decimalDigits(value.magnitude)
    if value < 0 { append(ASCII.hyphen) }
    append(digits.span, first..<20)
  }

  /// Appends `value` in `count` decimal digits, with leading zeros. If it has more digits, only the last ones are
  /// written, 20 at most.
  package mutating func appendDecimal(_ value: Int64, digits count: Int) {
    let (digits, _) = Self.decimalDigits(UInt(value.magnitude))
    append(digits.span, (20 - Swift.min(Swift.max(count, 1), 20))..<20)
  }

  /// The digits of `value` after leading zeros, and where its first one is.
  private static func decimalDigits(_ value: UInt) -> (digits: InlineArray<20, UInt8>, first: Int) {
    var digits: InlineArray<20, UInt8> = .init(repeating: ASCII.zero)
    var first = 20
    var rest = value
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      first -= 1
      digits[first] = ASCII.zero + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest != 0 && first > 0
    return (digits, first)
  }

  /// Appends `10:00:00`.
  ///
  /// - Parameter second: of a day, from 0.
  package mutating func appendTimeOfDay(second: Int64) {
    appendDecimal(second / 3_600, digits: 2)
    append(ASCII.colon)
    appendDecimal(second / 60 % 60, digits: 2)
    append(ASCII.colon)
    appendDecimal(second % 60, digits: 2)
  }

  /// Appends nanoseconds as a number of milliseconds, with up to three decimals; parts of a microsecond are dropped.
  package mutating func appendMilliseconds(_ nanoseconds: Int64) {
    let microseconds = nanoseconds / 1_000
    if microseconds < 0 { append(ASCII.hyphen) }
    let (whole, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
    appendDecimal(Int(clamping: whole))
    var (fraction, digits) = (Int64(rest), 3)
    guard fraction > 0 else { return }
    while fraction % 10 == 0 {
      fraction /= 10
      digits -= 1
    }
    append(ASCII.fullStop)
    appendDecimal(fraction, digits: digits)
  }

  /// Appends nanoseconds as a number of milliseconds for people, cut to a tenth: `1.5`; `<0.1` for anything shorter.
  package mutating func appendTenths(ofMilliseconds nanoseconds: Int64) {
    let tenth: Int64 = 100_000
    guard nanoseconds >= tenth else {
      append(contentsOf: "<0.1".utf8)
      return
    }
    appendMilliseconds(nanoseconds / tenth * tenth)
  }
}
