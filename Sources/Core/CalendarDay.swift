/// A day of the proleptic Gregorian calendar.
package struct CalendarDay: Sendable, Hashable {
  package let year: Int64
  /// From 1.
  package let month: Int64
  /// From 1.
  package let day: Int64

  /// - Returns: nil for a month or a day that does not exist.
  package init?(year: Int64, month: Int64, day: Int64) {
    guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, year: year) else {
      return nil
    }
    self.year = year
    self.month = month
    self.day = day
  }

  /// - Parameter days: since 1970-01-01.
  package init(daysSince1970 days: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthShifted = (5 * dayOfYear + 2) / 153
    month = monthShifted + (monthShifted < 10 ? 3 : -9)
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    day = dayOfYear - (153 * monthShifted + 2) / 5 + 1
  }

  /// The day that a second since 1970 is in, in UTC, and the second of that day.
  package static func at(secondsSince1970 seconds: Int64) -> (date: CalendarDay, second: Int64) {
    let day = days(untilSecond: seconds)
    return (CalendarDay(daysSince1970: day), seconds - day * secondsPerDay)
  }

  /// Days from 1970-01-01, counted in eras of 400 years that begin on a first of March, so that the leap day is a
  /// year's last.
  package var daysSince1970: Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The day of the week: 0 is Monday.
  package var weekday: Int {
    // 1970-01-01 was a Thursday.
    Int(((daysSince1970 + 3) % 7 + 7) % 7)
  }

  package static let secondsPerDay: Int64 = 86_400

  private static func days(untilSecond second: Int64) -> Int64 {
    let (quotient, remainder) = second.quotientAndRemainder(dividingBy: secondsPerDay)
    return remainder < 0 ? quotient - 1 : quotient
  }

  private static func days(inMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
