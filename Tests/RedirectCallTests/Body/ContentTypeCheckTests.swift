import HTTP1
import RedirectCall
import Testing

@Suite struct ContentTypeCheckTests {
  func check(_ values: [String]) -> Rejection? {
    let message = Message(fields: [(.host, "x")] + values.map { (.contentType, $0) })
    return rejection { () throws(Rejection) in
      try ContentTypeCheck.check(message: message.bytes.span, head: message.head)
    }
  }

  @Test(
    "application/json passes with any parameters and in any case",
    arguments: [
      "application/json", "Application/JSON", "application/json; charset=utf-8",
      "application/json;charset=utf-16", "application/json ;odata=verbose", "application/json;",
      "application/json\t; x",
    ])
  func passes(value: String) {
    #expect(check([value]) == nil)
  }

  @Test(
    "another media type, none or several are 415",
    arguments: [
      [], [""], ["text/plain"], ["application/jsonp"], ["application/json-patch+json"],
      ["application/problem+json"], ["json"], ["application/jso"], ["application/json, text/plain"],
      ["application/json charset=utf-8"], ["*/*"], ["application/json", "application/json"],
    ])
  func refused(values: [String]) throws {
    let refused = try #require(check(values))
    #expect(refused.stage == .body)
    #expect(refused.status == 415)
    #expect(refused.error.code == "UnsupportedMediaType")
    #expect(refused.error.target == "Content-Type")
    #expect(refused.section == "5. Body")
  }
}
