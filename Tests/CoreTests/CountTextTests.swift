import Core
import Testing

@Suite struct CountTextTests {
  @Test(
    "one has the singular, all else the plural",
    arguments: [(0, "0 requests"), (1, "1 request"), (2, "2 requests"), (-1, "-1 requests")])
  func text(count: Int, expected: String) {
    #expect(CountText(count, "request").description == expected)
  }

  @Test("an irregular plural is given")
  func irregular() {
    #expect("\(CountText(2, "match", plural: "matches"))" == "2 matches")
    #expect("\(CountText(UInt64(1), "match", plural: "matches"))" == "1 match")
  }
}
