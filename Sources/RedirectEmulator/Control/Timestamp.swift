import FoundationEssentials
import HTTP1
import RedirectCall

/// Moments as RFC 3339 writes them: `2026-11-23T10:00:00.123Z`.
package enum Timestamp {
  /// Appends the moment in UTC, with milliseconds, rounded down.
  package static func append(_ instant: Instant, to output: inout [UInt8]) {
    let seconds = instant.seconds
    let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let second = seconds - day * 86_400
    let remainder = instant.nanoseconds % 1_000_000_000
    let milliseconds = (remainder < 0 ? remainder + 1_000_000_000 : remainder) / 1_000_000
    let date = IMFFixdate.civil(daysSince1970: day)
    func digits(_ value: Int64, _ count: Int, _ separator: Unicode.Scalar) {
      var place: Int64 = count == 4 ? 1_000 : count == 3 ? 100 : 10
      while place > 0 {
        output.append(0x30 + UInt8(truncatingIfNeeded: value / place % 10))
        place /= 10
      }
      output.append(UInt8(ascii: separator))
    }
    digits(date.year, 4, "-")
    digits(date.month, 2, "-")
    digits(date.day, 2, "T")
    digits(second / 3_600, 2, ":")
    digits(second / 60 % 60, 2, ":")
    digits(second % 60, 2, ".")
    digits(milliseconds, 3, "Z")
  }

  /// The moment as text.
  package static func text(_ instant: Instant) -> String {
    var bytes: [UInt8] = []
    append(instant, to: &bytes)
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
