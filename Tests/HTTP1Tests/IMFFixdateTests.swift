import HTTP1
import Testing

@Suite("IMFFixdate")
struct IMFFixdateTests {
  @Test(
    "a date is read and written alike",
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
    ])
  func refused(_ text: String) {
    #expect(IMFFixdate(text) == nil)
  }
}
