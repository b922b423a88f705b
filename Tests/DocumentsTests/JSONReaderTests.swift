import Documents
import FoundationEssentials
import Testing

@Suite struct JSONReaderTests {
  static func read(
    _ text: String, depth: Int = 8, values: Int = 100
  ) throws(DocumentFault) -> DocumentNode {
    try JSONReader.read(
      Array(text.utf8).span, limits: JSONReader.Limits(depth: depth, values: values))
  }

  @Test(
    "a string is what JSON says, whatever YAML would make of it",
    arguments: [
      "\u{85}", "a \u{85} b", " \u{2028} ", "a\u{2029}  b", "\u{7F}", "\u{80}", "\u{9F}", "\u{A0}",
      "\u{FEFF}", "\u{FFFF}", "<<", "*a", "# no comment", "!!str", " x ", "a: b", "é😀", "",
    ])
  func strings(_ text: String) throws {
    let json = "{\"a\":[\"\(text)\"]}"
    let expected = DocumentNode.Content.string(text)
    for node in [
      try Self.read(json), try Document.parse(json), try Document.parse(json, as: .json),
    ] {
      guard case .array(let elements)? = node["a"]?.content else {
        Issue.record("\(node)")
        continue
      }
      #expect(elements.map(\.content) == [expected])
      #expect(elements.map(\.text) == [text])
    }
    let foundation = try JSONDecoder().decode([String: [String]].self, from: Data(json.utf8))
    #expect(foundation == ["a": [text]])
  }

  @Test(
    "escapes are resolved",
    arguments: [
      (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"), (#"\u00e9\u0000"#, "é\u{0}"),
      (#"\ud83d\ude00"#, "😀"), (#"a\\ud83d"#, #"a\ud83d"#),
    ])
  func escapes(_ json: String, _ text: String) throws {
    #expect(try Self.read("\"\(json)\"").string == text)
  }

  @Test(
    "scalars are what they are written as",
    arguments: [
      ("null", .null), ("true", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
      ("-7", .integer(-7)), ("9223372036854775807", .integer(.max)), ("1.5", .number(1.5)),
      ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1e3", .number(1_000)),
      ("-1E-2", .number(-0.01)), ("1e400", .number(.infinity)), ("\"1\"", .string("1")),
      ("[]", .array([])), ("{}", .object([])),
    ] as [(String, DocumentNode.Content)])
  func scalars(_ text: String, _ content: DocumentNode.Content) throws {
    #expect(try Self.read(" \(text) ").content == content)
  }

  @Test("each value and each name says where it begins, columns in characters")
  func places() throws {
    let node = try Self.read("{ \"é😀\" : 1,\r\n\t\"b\":[true,\r\"x\"]\n}")
    guard case .object(let members) = node.content, members.count == 2,
      case .array(let elements) = members[1].value.content
    else {
      Issue.record("\(node)")
      return
    }
    #expect((node.line, node.column) == (1, 1))
    #expect((members[0].line, members[0].column) == (1, 3))
    #expect((members[0].value.line, members[0].value.column) == (1, 10))
    #expect((members[1].line, members[1].column) == (2, 2))
    #expect((members[1].value.line, members[1].value.column) == (2, 6))
    #expect(elements.map(\.line) == [2, 3] && elements.map(\.column) == [7, 1])
  }

  @Test(
    "what is not JSON is rejected where it goes wrong",
    arguments: [
      ("", 1, 1, "expected a value, but found the end of the text"), ("[1,]", 1, 4, "a value"),
      ("{\"é\":tru}", 1, 6, "true, false or null"), ("\"\\x\"", 1, 3, "after a backslash"),
      ("[1]\n]", 2, 1, "nothing after the value"), ("{a:1}", 1, 2, "a member name"),
      ("\u{FEFF}1", 1, 1, "a value"), ("01", 1, 2, "a number"), ("'a'", 1, 1, "a value"),
      ("{\"a\":1,\"b\":2,\n\"a\":3}", 2, 1, "the member 'a' is given twice"),
      ("{\"a\":1,\"\\u0061\":2}", 1, 8, "the member 'a' is given twice"),
      ("[[[[[[[[[", 1, 9, "nested more than 8 levels deep"),
      ("\"\u{1F}\"", 1, 2, "a control character (byte 0x1F)"),
    ])
  func refused(_ text: String, _ line: Int, _ column: Int, _ problem: String) {
    let fault = #expect(throws: DocumentFault.self) { try Self.read(text) }
    #expect(fault?.place == DocumentPlace(line: line, column: column))
    #expect(fault?.problem.contains(problem) == true, "\(fault?.problem ?? "")")
  }

  @Test("an object may have many members, and none twice, also when names look alike")
  func manyMembers() throws {
    func object(_ names: [String]) -> String {
      "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
    }
    let names = (0..<60).map { "m\($0)" }
    #expect(try Self.read(object(names)).content != .null)
    for index in [0, 15, 16, 17, 59] {
      let fault = #expect(throws: DocumentFault.self) {
        try Self.read(object(names + [names[index]]))
      }
      #expect(fault?.problem == "the member '\(names[index])' is given twice")
    }
    // Two forms of one character are two names: JSON compares code units.
    #expect(try Self.read(object(["\u{E9}", "e\u{301}"])).content != .null)
  }

  @Test("values are bounded")
  func bounded() throws {
    #expect(throws: Never.self) { try Self.read("[1,2,[3]]", values: 5) }
    let fault = #expect(throws: DocumentFault.self) { try Self.read("[1,2,[3]]", values: 4) }
    #expect(fault == DocumentFault("it has more than 4 values", at: .init(line: 1, column: 7)))
  }

  @Test("every beginning of a text is refused, and none traps")
  func prefixes() throws {
    let text = Array(#"{"a":[1.5e3,true,null,{"q":"\ud834\udd1e é"}],"b":-0}"#.utf8)
    for length in 0..<text.count {
      #expect(throws: DocumentFault.self) {
        try JSONReader.read(
          Array(text.prefix(length)).span, limits: JSONReader.Limits(depth: 8, values: 100))
      }
    }
  }
}
