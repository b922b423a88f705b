import Core
import Testing

@Suite("NearestName: what somebody meant by a name that does not exist")
struct NearestNameTests {
  @Test(
    "the nearest name is suggested, and none that is far",
    arguments: [
      ("statsu", "status"), ("Status", "status"), ("requestID", "requestId"), ("rul", "rule"),
      ("x", nil), ("honour", nil), ("", nil),
    ] as [(String, String?)])
  func suggestions(name: String, suggestion: String?) {
    let names = ["limit", "after", "status", "stage", "rule", "requestId", "target"]
    #expect(NearestName.suggestion(for: name, among: names) == suggestion)
  }

  @Test(
    "a hint is whole, however many names there are",
    arguments: [
      ([], " None is allowed here."),
      (["limit"], " Did you mean 'limit'? Allowed is limit."),
      (["limit", "after"], " Did you mean 'limit'? Allowed are limit, after."),
    ] as [([String], String)])
  func hints(names: [String], hint: String) {
    #expect(NearestName.hint(for: "limt", among: names) == hint)
  }
}
