import Core
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
}
