import Core

/// A date in the only format that senders may use: `Sun, 06 Nov 1994 08:49:37 GMT`. RFC 9110 §5.6.7.
package struct IMFFixdate: Sendable, Hashable {
  /// Whole seconds since 1970-01-01T00:00:00Z.
  package let secondsSince1970: Int64

  /// Bytes of every IMF-fixdate.
  package static let length = 29

  /// - Parameter secondsSince1970: a second of the years 0 to 9999; others are moved to the nearest one.
  package init(secondsSince1970: Int64) {
    self.secondsSince1970 = min(max(secondsSince1970, -62_167_219_200), 253_402_300_799)
  }

  /// Reads a date that fills `range` exactly; nil for anything else: the obsolete formats, another zone, a
  /// day that the month does not have, or the name of another day of the week.
  package init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    guard range.count == Self.length, range.lowerBound >= 0, range.upperBound <= bytes.count
    else { return nil }
    let base = range.lowerBound
    func digits(_ offset: Int, _ count: Int) -> Int64? {
      var value: Int64 = 0
      for index in offset..<(offset + count) {
        let byte = bytes[base + index]
        guard ASCII.isDigit(byte) else { return nil }
        value = value * 10 + Int64(byte &- ASCII.zero)
      }
      return value
    }
    func name(_ offset: Int, in names: StaticString) -> Int? {
      let letters = (bytes[base + offset], bytes[base + offset + 1], bytes[base + offset + 2])
      return names.withUTF8Buffer { table in
        for index in 0..<(table.count / 3)
        where table[index * 3] == letters.0 && table[index * 3 + 1] == letters.1
          && table[index * 3 + 2] == letters.2
        {
          return index
        }
        return nil
      }
    }
    func literal(_ offset: Int, _ byte: UInt8) -> Bool { bytes[base + offset] == byte }

    guard literal(3, ASCII.comma), literal(4, ASCII.space), literal(7, ASCII.space),
      literal(11, ASCII.space), literal(16, ASCII.space), literal(19, ASCII.colon),
      literal(22, ASCII.colon), bytes.holds(" GMT", in: (base + 25)..<(base + 29)),
      let weekday = name(0, in: Self.weekdays), let month = name(8, in: Self.months),
      let day = digits(5, 2), let year = digits(12, 4), let hour = digits(17, 2),
      let minute = digits(20, 2), let second = digits(23, 2),
      hour < 24, minute < 60, second <= 60,
      let date = CalendarDay(year: year, month: Int64(month + 1), day: day),
      date.weekday == weekday
    else { return nil }
    secondsSince1970 =
      date.daysSince1970 * CalendarDay.secondsPerDay + hour * 3_600 + minute * 60 + min(second, 59)
  }

  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span, in: 0..<bytes.count)
  }

  /// Appends the date's 29 bytes.
  package func append(to output: inout [UInt8]) {
    let (date, second) = CalendarDay.at(secondsSince1970: secondsSince1970)
    func letters(_ index: Int, of names: StaticString) {
      names.withUTF8Buffer { output.append(contentsOf: $0[(index * 3)..<(index * 3 + 3)]) }
    }
    letters(date.weekday, of: Self.weekdays)
    output.append(ASCII.comma)
    output.append(ASCII.space)
    output.appendDecimal(date.day, digits: 2)
    output.append(ASCII.space)
    letters(Int(date.month - 1), of: Self.months)
    output.append(ASCII.space)
    output.appendDecimal(date.year, digits: 4)
    output.append(ASCII.space)
    output.appendTimeOfDay(second: second)
    output.append(" GMT")
  }

  private static let weekdays: StaticString = "MonTueWedThuFriSatSun"
  private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
}

extension IMFFixdate: CustomStringConvertible {
  package var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
