import RedirectEmulator
import Testing

@Suite struct ExpectedCountTests {
  @Test(
    "counts are read from numbers and ranges",
    arguments: [
      ("3", ExpectedCount.exactly(3), "3"), ("1..3", .between(1...3), "1..3"),
      ("2..", .atLeast(2), "2.."), ("..3", .atMost(3), "..3"), ("0", .exactly(0), "0"),
      ("4..4", .between(4...4), "4..4"), ("0..2", .between(0...2), "0..2"),
    ])
  func read(text: String, count: ExpectedCount, description: String) {
    #expect(ExpectedCount(text) == count)
    #expect(count.description == description)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "..", "3..1", "-1", "+1", "1...3", "a", "1..b", "1 ..2", "99999999999999999999", "1.5",
    ])
  func refused(text: String) {
    #expect(ExpectedCount(text) == nil)
  }

  @Test(
    "a count is within its range or not",
    arguments: [
      (ExpectedCount.exactly(2), [2]), (.between(1...3), [1, 2, 3]), (.atLeast(3), [3, 4]),
      (.atMost(1), [0, 1]),
    ])
  func contains(expected: ExpectedCount, counts: [Int]) {
    #expect((0...4).filter(expected.contains) == counts)
  }
}
