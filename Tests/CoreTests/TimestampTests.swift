import Core
import Testing

@Suite struct TimestampTests {
  @Test(
    "moments are RFC 3339 in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_795_428_000_999_999_999, "2026-11-23T10:00:00.999Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
      (4_107_542_399_000_000_000, "2100-02-28T23:59:59.000Z"),
      (.max, "2262-04-11T23:47:16.854Z"), (.min, "1677-09-21T00:12:43.145Z"),
    ] as [(Int64, String)])
  func moments(nanoseconds: Int64, text: String) {
    #expect(Timestamp.text(Instant(nanoseconds: nanoseconds)) == text)
  }

  @Test(
    "seconds are written without a fraction",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
      (253_402_300_799, "9999-12-31T23:59:59Z"),
    ] as [(Int64, String)])
  func seconds(_ second: Int64, _ text: String) {
    #expect(Timestamp.text(secondsSince1970: second) == text)
  }

  @Test(
    "a time is read with or without a fraction, and with an offset",
    arguments: [
      ("2026-11-23T10:00:00Z", 1_795_428_000_000), ("2026-11-23T10:00:00.250Z", 1_795_428_000_250),
      ("2026-11-23T12:00:00+02:00", 1_795_428_000_000), ("1970-01-01T00:00:00Z", 0),
      ("noon", nil), ("", nil), ("2026-13-01T00:00:00Z", nil),
    ] as [(String, Int64?)])
  func read(_ text: String, _ milliseconds: Int64?) {
    #expect(
      Timestamp.parse(text) == milliseconds.map { Instant(nanoseconds: $0 * 1_000_000) })
  }
}
