/// A moment on a resource's clock: whole nanoseconds since 1970-01-01T00:00:00Z. The checks never read a
/// clock: they get one of these as a parameter.
package struct Instant: Sendable, Hashable, Comparable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// - Parameter seconds: whole seconds since 1970; values beyond what fits saturate.
  package init(seconds: Int64) {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    nanoseconds = overflow ? (seconds < 0 ? .min : .max) : product
  }

  /// Whole seconds since 1970, rounded down.
  package var seconds: Int64 {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// Whole milliseconds after ``seconds``, 0 to 999.
  package var millisecondOfSecond: Int64 {
    let remainder = nanoseconds % 1_000_000_000
    return (remainder < 0 ? remainder + 1_000_000_000 : remainder) / 1_000_000
  }

  /// The moment `duration` later, saturating.
  package func advanced(by duration: Duration) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    return Instant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
  }

  package static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
}
