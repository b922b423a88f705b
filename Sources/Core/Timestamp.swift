import FoundationEssentials

/// Moments as RFC 3339 writes them: `2026-11-23T10:00:00.123Z`.
package enum Timestamp {
  /// Appends the moment in UTC, with milliseconds, rounded down.
  package static func append(_ instant: Instant, to output: inout [UInt8]) {
    append(secondsSince1970: instant.seconds, to: &output)
    output.append(ASCII.fullStop)
    output.appendDecimal(instant.millisecondOfSecond, digits: 3)
    output.append(UInt8(ascii: "Z"))
  }

  /// Appends the second without its zone: `2026-11-23T10:00:00`.
  private static func append(secondsSince1970 seconds: Int64, to output: inout [UInt8]) {
    let (date, second) = CalendarDay.at(secondsSince1970: seconds)
    output.appendDecimal(date.year, digits: 4)
    output.append(ASCII.hyphen)
    output.appendDecimal(date.month, digits: 2)
    output.append(ASCII.hyphen)
    output.appendDecimal(date.day, digits: 2)
    output.append(UInt8(ascii: "T"))
    output.appendTimeOfDay(second: second)
  }

  /// The moment as text.
  package static func text(_ instant: Instant) -> String {
    var bytes: [UInt8] = []
    append(instant, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The second as text: `2026-11-23T10:00:00Z`.
  package static func text(secondsSince1970 seconds: Int64) -> String {
    var bytes: [UInt8] = []
    append(secondsSince1970: seconds, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads a time with or without fractions of a second, in UTC or with an offset.
  package static func parse(_ text: String) -> Instant? {
    for hasFraction in [false, true] {
      let style = Date.ISO8601FormatStyle(includingFractionalSeconds: hasFraction)
      guard let date = try? style.parse(text) else { continue }
      return Instant(date)
    }
    return nil
  }
}

extension Instant {
  /// To the millisecond: a `Date` holds the present to some hundred nanoseconds. Saturates.
  package init(_ date: Date) {
    let milliseconds = (date.timeIntervalSince1970 * 1_000).rounded()
    let bounded = min(max(milliseconds, -9e12), 9e12)
    self.init(nanoseconds: Int64(bounded) * 1_000_000)
  }
}

extension Date {
  package init(_ instant: Instant) {
    self.init(timeIntervalSince1970: Double(instant.nanoseconds) / 1e9)
  }
}
