import RedirectEmulator
import Testing

@Suite struct TextTemplateTests {
  static func filled(_ text: String) -> String {
    let template = TextTemplate(Array(text.utf8))
    let bytes = template.filled(
      values: ["name": Array("a\"b\\c\nd".utf8), "list": Array("[1]".utf8)], flags: ["on"])
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "placeholders are replaced, and sections kept or left out",
    arguments: [
      ("", ""), ("{}", "{}"), ("{{", "{{"), ("{{name", "{{name"), ("a } }} b", "a } }} b"),
      (#"{"a":"{{name}}"}"#, #"{"a":"a\"b\\c\nd"}"#),
      (#"{"a":{{{list}}}}"#, #"{"a":[1]}"#),
      ("<{{other}}{{{other}}}>", "<>"),
      ("a{{#on}}b{{/on}}c", "abc"), ("a{{^on}}b{{/on}}c", "ac"),
      ("a{{#off}}b{{/off}}c", "ac"), ("a{{^off}}b{{/off}}c", "abc"),
      ("[{{#on}}{}{{/on}}]", "[{}]"), ("{{#on}}{{{list}}}{{/on}}}", "[1]}"),
      ("a{{#off}}{{{list}}}{{name}}{{/off}}", "a"),
      ("{{#on}}1{{#off}}2{{/off}}3{{/on}}", "13"), ("{{#off}}1{{#on}}2{{/on}}3{{/off}}4", "4"),
      ("a\n{{#on}}\nb\n{{/on}}\nc\n", "a\nb\nc\n"), ("a\n{{#off}}\nb\n{{/off}}\nc\n", "a\nc\n"),
      ("{{#on}}\na\n{{/on}}\n", "a\n"), ("{{#on}}\na\n{{/on}}", "a\n"),
      ("{{#on}}a\n{{/on}}\n", "a\n"), ("a {{#on}}\nb{{/on}}\n", "a \nb\n"),
    ])
  func fills(_ text: String, _ expected: String) {
    #expect(Self.filled(text) == expected)
  }

  @Test("the names of values and flags are listed")
  func names() {
    let names = TextTemplate(Array("{{a}}{{{b}}}{{#c}}{{^d}}{{a}}{{/d}}{{/c}}".utf8)).names
    #expect(names.values == ["a", "b"] && names.flags == ["c", "d"])
  }

  @Test("every text is embedded, and not cut short", arguments: EmbeddedText.allCases)
  func embedded(_ text: EmbeddedText) {
    let bytes = text.bytes
    switch text {
    case .openAPI, .openAPIControl, .scenarioSchema:
      #expect(bytes.first == UInt8(ascii: "{"))
      #expect(bytes.suffix(2) == [UInt8(ascii: "}"), UInt8(ascii: "\n")])
    case .page:
      #expect(bytes.starts(with: Array("<!doctype html>\n".utf8)))
      #expect(bytes.suffix(8) == Array("</html>\n".utf8)[...])
    case .pageGzip:
      // Its end says how long the content is. RFC 1952 §2.3.1.
      let length = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(bytes.starts(with: [0x1F, 0x8B, 8]) && length == EmbeddedText.page.bytes.count)
    }
  }
}
