import Core
import Testing

@Suite struct CalendarDayTests {
  @Test(
    "a day has its number and its weekday",
    arguments: [
      (1970, 1, 1, 0, 3), (1969, 12, 31, -1, 2), (2000, 2, 29, 11_016, 1),
      (2026, 11, 28, 20_785, 5),
      (0, 1, 1, -719_528, 5), (9999, 12, 31, 2_932_896, 4),
    ] as [(Int64, Int64, Int64, Int64, Int)])
  func days(_ year: Int64, _ month: Int64, _ day: Int64, _ number: Int64, _ weekday: Int) throws {
    let date = try #require(CalendarDay(year: year, month: month, day: day))
    #expect(date.daysSince1970 == number)
    #expect(date.weekday == weekday)
    #expect(CalendarDay(daysSince1970: number) == date)
  }

  @Test("each day of eight hundred years follows the one before")
  func allDays() {
    var last = CalendarDay(daysSince1970: -146_098)
    for number in -146_097..<146_097 as Range<Int64> {
      let date = CalendarDay(daysSince1970: number)
      let isNext =
        date.day == last.day + 1
        ? (date.month, date.year) == (last.month, last.year)
        : date.day == 1 && CalendarDay(year: last.year, month: last.month, day: last.day + 1) == nil
      if !isNext || date.daysSince1970 != number { Issue.record("\(last), then \(date)") }
      last = date
    }
  }

  @Test(
    "a day that does not exist is rejected",
    arguments: [
      (2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 0, 1), (2024, 13, 1), (2024, 1, 0),
    ] as [(Int64, Int64, Int64)])
  func noDays(_ year: Int64, _ month: Int64, _ day: Int64) {
    #expect(CalendarDay(year: year, month: month, day: day) == nil)
  }

  @Test("a second is in the day that it is in, also before 1970")
  func seconds() {
    #expect(CalendarDay.at(secondsSince1970: -1).second == 86_399)
    #expect(CalendarDay.at(secondsSince1970: -1).date == CalendarDay(daysSince1970: -1))
    #expect(CalendarDay.at(secondsSince1970: 86_400).second == 0)
    #expect(CalendarDay.at(secondsSince1970: 86_400).date == CalendarDay(daysSince1970: 1))
  }
}
