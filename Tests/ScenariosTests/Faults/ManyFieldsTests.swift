import Core
import HTTP1
import Scenarios
import Testing

@Suite("A rule's response with many field lines")
struct ManyFieldsTests {
  @Test(
    "replaces and leaves out what it names, and of several of one name has the last",
    arguments: [3, 16, 17, 2_000])
  func fields(count: Int) {
    let common = [ResponseField("Server", "s"), ResponseField("Date", "d")]
    var headers = (0..<count).map { ResponseField("x-\($0)", "v") }
    headers += [ResponseField("X-1", "last"), ResponseField("SERVER", "own")]
    let omitted = ["date"] + (0..<count).filter { $0 % 5 == 4 }.map { "X-\($0)" }
    let answer = DraftResponse(
      Respond(status: 204, headers: headers, omittedHeaders: omitted), common: common,
      now: Instant(nanoseconds: 0))
    let kept = (0..<count).filter { $0 % 5 != 4 && $0 != 1 }.map { "x-\($0)" }
    #expect(answer.fields.map(\.name) == kept + ["X-1", "SERVER"])
    #expect(answer.fields.suffix(2).map(\.value) == ["last", "own"])
  }
}
