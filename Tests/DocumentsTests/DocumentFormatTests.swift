import Documents
import Testing

@Suite struct DocumentFormatTests {
  @Test(
    "a media type names a format",
    arguments: [
      ("application/json", .json), ("Application/JSON; charset=utf-8", .json), ("text/json", .json),
      ("application/problem+json", .json), ("application/yaml", .yaml), ("text/yaml ;a=b", .yaml),
      ("application/x-yaml", .yaml), ("application/vnd.x+yaml", .yaml), ("text/plain", nil),
      ("application/x-www-form-urlencoded", nil), ("json", nil), ("", nil), (nil, nil),
    ] as [(String?, DocumentFormat?)])
  func types(_ contentType: String?, _ format: DocumentFormat?) {
    #expect(DocumentFormat(contentType: contentType) == format)
  }

  @Test("what is said to be JSON is read by its rules alone")
  func json() throws {
    let errors = #expect(throws: DocumentErrors.self) {
      try Document.parse("{ a: 1 }", as: .json)
    }
    #expect(
      errors?.description
        == "1:3: This is not JSON that can be read: expected a member name in quotation marks or '}', "
        + "but found 'a'.")
    #expect(throws: DocumentErrors.self) { try Document.parse("", as: .json) }
    #expect(try Document.parse("{ a: 1 }")["a"]?.content == .integer(1))
    #expect(try Document.parse("", as: .yaml).isNull)
  }

  @Test("what is said to be YAML is read by its rules alone")
  func yaml() throws {
    // A line separator ends a line in YAML 1.1, and the blanks beside it are folded.
    let text = "{\"a\":\"x \u{2028} y\"}"
    #expect(try Document.parse(text)["a"]?.string == "x \u{2028} y")
    #expect(try Document.parse(text, as: .yaml)["a"]?.string != "x \u{2028} y")
  }
}
