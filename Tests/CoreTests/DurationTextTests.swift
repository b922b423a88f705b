import Core
import Testing

@Suite("DurationText: how durations are read and written")
struct DurationTextTests {
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

  @Test("the longest duration is the most hours that can be read")
  func longest() {
    #expect(DurationText("2562047h") == DurationText.longest)
    #expect(DurationText("2562048h") == nil)
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
    "durations in words",
    arguments: [
      (.milliseconds(250), "250ms"), (.milliseconds(1_500), "1.5s"), (.microseconds(42), "0.042ms"),
      (.zero, "0s"), (.seconds(120), "120s"), (.milliseconds(-20), "-20ms"),
      (.milliseconds(1_001), "1.001s"), (.milliseconds(1_010), "1.01s"),
      (.seconds(Int64.max), "9223372036.854s"),
    ] as [(Duration, String)])
  func words(duration: Duration, text: String) {
    #expect(DurationText(duration).description == text)
  }
}
