import Scenarios
import Testing

@Suite struct FormsTests {
  @Test(
    "ranges of ordinals are read as they are written",
    arguments: [
      ("2", "2"), ("1..2", "1..2"), ("3..", "3.."), ("4..4", "4"), ("0", nil), ("0..1", nil),
      ("2..1", nil), ("..2", nil), ("-1", nil), ("1...2", nil), ("", nil), ("1.5", nil),
      ("99999999999999999999", nil),
    ])
  func ordinals(_ text: String, _ expected: String?) {
    #expect(OrdinalRange(text)?.description == expected)
  }

  @Test(
    "percentages are read as they are written",
    arguments: [
      ("20%", 0.2), ("0%", 0), ("100%", 1), ("0.5%", 0.005), ("101%", nil), ("20", nil), ("%", nil),
      ("-1%", nil), ("1e1%", nil), ("20 %", nil),
    ])
  func percentages(_ text: String, _ expected: Double?) {
    #expect(Percentage(text)?.fraction == expected)
  }

  @Test(
    "rates are read as they are written",
    arguments: [
      ("5/s", "5/s"), ("100/m", "100/m"), ("7/h", "7/h"), ("0/s", nil), ("5", nil), ("5/d", nil),
      ("5/s/s", nil), ("1.5/s", nil), ("1000001/s", nil),
    ])
  func rates(_ text: String, _ expected: String?) {
    #expect(Rate(text)?.description == expected)
  }

  @Test(
    "windows of time are read as they are written",
    arguments: [
      ("0s..30s", "0s..30s"), ("10s..", "10s.."), ("250ms..1.5s", "250ms..1.5s"), ("5s..5s", nil),
      ("6s..5s", nil), ("5s", nil), ("..5s", nil), ("0..5", nil),
    ])
  func windows(_ text: String, _ expected: String?) {
    #expect(TimeWindow(text)?.description == expected)
  }

  @Test(
    "durations are read as they are written",
    arguments: [
      ("250ms", 250_000_000), ("1.5s", 1_500_000_000), ("2m", 120_000_000_000),
      ("1h", 3_600_000_000_000), ("0s", 0), ("10us", 10_000), ("0.0000000001s", 0), ("5", nil),
      ("-1s", nil), ("1 s", nil), (".5s", nil), ("5.s", nil), ("1e3s", nil), ("s", nil), ("", nil),
      ("1.2.3s", nil), ("99999999999999999999s", nil), ("9999999999h", nil),
    ] as [(String, Int64?)])
  func durations(_ text: String, _ expected: Int64?) {
    #expect(DurationText(text)?.nanoseconds == expected)
  }

  @Test(
    "durations are written shortly",
    arguments: [
      (0, "0s"), (1_500_000_000, "1.5s"), (250_000_000, "250ms"), (42_000, "0.042ms"),
      (-250_000_000, "-250ms"), (360_000_000_000, "360s"), (1, "0ms"),
    ] as [(Int64, String)])
  func durationsAsText(_ nanoseconds: Int64, _ expected: String) {
    #expect(DurationText(nanoseconds: nanoseconds).description == expected)
  }

  @Test(
    "sizes are read as they are written",
    arguments: [
      ("512", 512), ("16KiB", 16_384), ("1MiB", 1_048_576), ("1GiB", 1 << 30), ("0", 0),
      ("KiB", nil), ("1KB", nil), ("-1", nil), ("1.5KiB", nil), ("9999999999999GiB", nil),
      ("", nil),
    ])
  func sizes(_ text: String, _ expected: Int?) {
    #expect(ByteCount(text)?.bytes == expected)
  }

  @Test("sizes are written in their largest unit", arguments: [(512, "512"), (16_384, "16KiB")])
  func sizesAsText(_ bytes: Int, _ expected: String) {
    #expect(ByteCount(bytes: bytes).description == expected)
  }
}
