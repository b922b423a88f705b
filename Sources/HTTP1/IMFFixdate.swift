/// A date in the one format that senders may make: `Sun, 06 Nov 1994 08:49:37 GMT`. RFC 9110 §5.6.7.
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
  /// day that the month does not have, or a day name that is not that day's.
  package init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    guard range.count == Self.length, range.lowerBound >= 0, range.upperBound <= bytes.count
    else { return nil }
    let base = range.lowerBound
    func digits(_ offset: Int, _ count: Int) -> Int64? {
      var value: Int64 = 0
      for index in offset..<(offset + count) {
        let byte = bytes[base + index]
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
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

    guard literal(3, 0x2C), literal(4, 0x20), literal(7, 0x20), literal(11, 0x20),
      literal(16, 0x20), literal(19, 0x3A), literal(22, 0x3A), literal(25, 0x20),
      literal(26, 0x47), literal(27, 0x4D), literal(28, 0x54),
      let weekday = name(0, in: Self.weekdays), let month = name(8, in: Self.months),
      let day = digits(5, 2), let year = digits(12, 4), let hour = digits(17, 2),
      let minute = digits(20, 2), let second = digits(23, 2),
      hour < 24, minute < 60, second <= 60, day >= 1,
      day <= Self.days(inMonth: month + 1, year: year)
    else { return nil }
    let dayNumber = Self.daysSince1970(year: year, month: Int64(month + 1), day: day)
    // 1970-01-01 was a Thursday, number 3 where Monday is 0.
    guard Int64(weekday) == ((dayNumber + 3) % 7 + 7) % 7 else { return nil }
    secondsSince1970 = dayNumber * 86_400 + hour * 3_600 + minute * 60 + min(second, 59)
  }

  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span, in: 0..<bytes.count)
  }

  /// Appends the date's 29 bytes.
  package func append(to output: inout [UInt8]) {
    let day =
      secondsSince1970 >= 0 ? secondsSince1970 / 86_400 : (secondsSince1970 - 86_399) / 86_400
    let second = secondsSince1970 - day * 86_400
    let (year, month, dayOfMonth) = Self.civil(daysSince1970: day)
    func letters(_ index: Int, of names: StaticString) {
      names.withUTF8Buffer { output.append(contentsOf: $0[(index * 3)..<(index * 3 + 3)]) }
    }
    func two(_ value: Int64) {
      output.append(0x30 + UInt8(value / 10))
      output.append(0x30 + UInt8(value % 10))
    }
    letters(Int(((day + 3) % 7 + 7) % 7), of: Self.weekdays)
    output.append(0x2C)
    output.append(0x20)
    two(dayOfMonth)
    output.append(0x20)
    letters(Int(month - 1), of: Self.months)
    output.append(0x20)
    two(year / 100)
    two(year % 100)
    output.append(0x20)
    two(second / 3_600)
    output.append(0x3A)
    two(second / 60 % 60)
    output.append(0x3A)
    two(second % 60)
    output.append(0x20)
    output.append(0x47)
    output.append(0x4D)
    output.append(0x54)
  }

  private static let weekdays: StaticString = "MonTueWedThuFriSatSun"
  private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

  private static func days(inMonth month: Int, year: Int64) -> Int64 {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 1970-01-01 to a day of the proleptic Gregorian calendar, counted in eras of 400 years that
  /// begin on a first of March, so that the leap day is a year's last.
  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// A day of the proleptic Gregorian calendar.
  package static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthShifted = (5 * dayOfYear + 2) / 153
    let month = monthShifted + (monthShifted < 10 ? 3 : -9)
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * monthShifted + 2) / 5 + 1
    )
  }
}

extension IMFFixdate: CustomStringConvertible {
  package var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
