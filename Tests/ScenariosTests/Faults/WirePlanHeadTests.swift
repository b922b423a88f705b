import Scenarios
import Testing

@Suite struct WirePlanHeadTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(
    "the head of the final response ends with its empty line",
    arguments: [
      ("HTTP/1.1 204 No Content\r\n\r\n", 27), ("HTTP/1.0 204 \r\nA: b\r\n\r\n{}", 23),
      ("HTTP/1.1 103 \r\n\r\nHTTP/1.1 103 \r\n\r\nHTTP/1.1 429 \r\nA: b\r\n\r\n", 57),
      ("HTTP/1.1 204 No Content\r\n\r", nil), ("HTTP/1.1 103 \r\n\r\n", nil),
      ("HTTP/1.1 2oh4 Not\r\n\r\n", nil), ("HTTP/1.1 20", nil), ("", nil),
      ("noise\r\n\r\n", nil), ("HTTP/1.1 099 \r\n\r\n", nil), ("HTTP/1.1 -99 \r\n\r\n", nil),
    ])
  func headLength(text: String, length: Int?) {
    let whole = Self.bytes(text)
    #expect(WirePlan([.send(whole), .close]).headLength == length)
    // However the bytes are spread over steps.
    for cut in [1, whole.count / 2] where cut < whole.count {
      let plan = WirePlan([
        .wait(.seconds(1)), .send(Array(whole[..<cut])),
        .pace(Array(whole[cut...]), chunk: 1, every: .zero), .keepAlive,
      ])
      #expect(plan.headLength == length)
    }
  }

  @Test(
    "a plan that sends nothing has no head", arguments: [WirePlan([.hold]), WirePlan([.reset])])
  func nothing(plan: WirePlan) {
    #expect(plan.headLength == nil)
  }
}
