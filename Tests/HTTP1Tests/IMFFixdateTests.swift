import Glibc
import HTTP1
import Testing

@Suite("IMFFixdate")
struct IMFFixdateTests {
  @Test(
    "a date is read and written in the same way",
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799), ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
      ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
    ])
  func bothWays(_ text: String, _ seconds: Int64) {
    #expect(IMFFixdate(text)?.secondsSince1970 == seconds)
    #expect(IMFFixdate(secondsSince1970: seconds).description == text)
  }

  @Test(
    "anything else is no date",
    arguments: [
      "", "Sun, 06 Nov 1994 08:49:37 UTC", "Mon, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 6 Nov 1994 08:49:37 GMT",
      "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
      "Thu, 29 Feb 1900 00:00:00 GMT", "Tue, 31 Apr 2024 00:00:00 GMT",
      "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 00 Nov 1994 08:49:37 GMT",
      " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 gmt",
      "sun, 06 Nov 1994 08:49:37 GMT", "SUN, 06 NOV 1994 08:49:37 GMT",
      "Sun,06 Nov 1994 08:49:37 GMT ", "Sun; 06 Nov 1994 08:49:37 GMT",
      "Sun, +6 Nov 1994 08:49:37 GMT", "Sun,  6 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 +0000",
      "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 08.49.37 GMT", "Sun, 06 Nov 1994 08:49:37.0 GMT",
      "Fri, 32 Dec 1999 00:00:00 GMT", "Wed, 30 Feb 2000 00:00:00 GMT",
      "Mon, 29 Feb 2100 00:00:00 GMT", "Wed, 29 Feb 2023 00:00:00 GMT",
      "Sun, 06 Abc 1994 08:49:37 GMT", "Sun, 06 anF 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 08:49:3\u{660}GMT", "Sun, 06 Nov 1994 08:49:37\0GMT",
    ])
  func refused(_ text: String) {
    #expect(IMFFixdate(text) == nil)
  }

  @Test("a leap second is read as the second before it (RFC 9110 §5.6.7)")
  func leapSecond() {
    #expect(IMFFixdate("Sat, 31 Dec 2016 23:59:60 GMT")?.secondsSince1970 == 1_483_228_799)
  }

  @Test("days of ten thousand years are written as the C library does, and read back")
  func roundTrip() {
    let first: Int64 = -62_167_219_200
    let last: Int64 = 253_402_300_799
    // Not a multiple of a day, so that times of day vary too.
    for second in stride(from: first, through: last, by: 86_400 * 1_009 + 12_345) {
      check(second)
    }
    // Every day around the leap days of a century that is one, and one that is not.
    for second in stride(
      from: 946_684_800 - 86_400 * 366, to: 946_684_800 + 86_400 * 732, by: 86_400)
    {
      check(Int64(second))
    }
    for second in stride(from: 4_102_444_800, to: 4_102_444_800 + 86_400 * 366, by: 86_400) {
      check(Int64(second))
    }
    check(first)
    check(last)
  }

  @Test("a second outside of the years 0 to 9999 becomes the nearest one that can be written")
  func clamped() {
    #expect(IMFFixdate(secondsSince1970: .max).description == "Fri, 31 Dec 9999 23:59:59 GMT")
    #expect(IMFFixdate(secondsSince1970: .min).description == "Sat, 01 Jan 0000 00:00:00 GMT")
  }

  @Test("a range that is not of the bytes, or not as long as a date, is no date")
  func ranges() {
    let bytes = Array("xSun, 06 Nov 1994 08:49:37 GMTx".utf8)
    let inside = IMFFixdate(bytes.span, in: 1..<30)
    #expect(inside?.secondsSince1970 == 784_111_777)
    for range in [0..<29, 1..<29, 2..<31, 3..<32, -1..<28, 0..<0] {
      let date = IMFFixdate(bytes.span, in: range)
      #expect(date == nil, "\(range)")
    }
  }

  private func check(_ second: Int64, sourceLocation: SourceLocation = #_sourceLocation) {
    let date = IMFFixdate(secondsSince1970: second)
    #expect(date.description == reference(second), sourceLocation: sourceLocation)
    #expect(IMFFixdate(date.description) == date, sourceLocation: sourceLocation)
  }

  /// The date as the C library writes it.
  private func reference(_ second: Int64) -> String {
    var time = time_t(second)
    var parts = tm()
    gmtime_r(&time, &parts)
    let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    func padded(_ value: Int32, _ count: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: count - digits.count) + digits
    }
    return
      "\(weekdays[Int(parts.tm_wday)]), \(padded(parts.tm_mday, 2)) \(months[Int(parts.tm_mon)]) "
      + "\(padded(parts.tm_year + 1900, 4)) \(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):"
      + "\(padded(parts.tm_sec, 2)) GMT"
  }
}
