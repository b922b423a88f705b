import Core
import Testing

@Suite struct PercentageTests {
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
    "a percentage is written as it is read", arguments: ["20%", "0.5%", "0%", "100%", "12.25%"])
  func written(_ text: String) {
    #expect(Percentage(text)?.description == text)
  }
}
