import Testing
import Documents

@Suite struct YAMLReaderTests {
  /// All events of a text, in short: `[` and `{` for what is begun, `)` for an end, scalars as they are, quoted
  /// ones in quotation marks, `&` before an anchor, `*` before an alias, `!` before a tag.
  static func events(_ text: String) throws(DocumentFault) -> [String] {
    var reader = try YAMLReader(text)
    var seen: [String] = []
    while true {
      let event = try reader.next()
      let properties =
        (event.anchor.map { "&\($0) " } ?? "") + (event.tag.map { "!\($0) " } ?? "")
      switch event.kind {
      case .streamStart, .documentStart: continue
      case .documentEnd: seen.append("---")
      case .streamEnd: return seen
      case .alias(let name): seen.append("*\(name)")
      case .scalar(let scalar):
        seen.append(properties + (scalar.isPlain ? scalar.text : "\"\(scalar.text)\""))
      case .sequenceStart: seen.append(properties + "[")
      case .mappingStart: seen.append(properties + "{")
      case .end: seen.append(")")
      }
    }
  }

  @Test(
    "a text is read as its events",
    arguments: [
      ("", []),
      ("a", ["a", "---"]),
      ("a: 1\nb:\n  - x\n  - 'y'\n", ["{", "a", "1", "b", "[", "x", "\"y\"", ")", ")", "---"]),
      (#"{"a":[1,"\u00e9\n"]}"#, ["{", "\"a\"", "[", "1", "\"é\n\"", ")", ")", "---"]),
      ("a: &x [1]\nb: *x", ["{", "a", "&x [", "1", ")", "b", "*x", ")", "---"]),
      ("!!str 5", ["!tag:yaml.org,2002:str 5", "---"]),
      ("! 5", ["!! 5", "---"]),
      ("!mine {}", ["!!mine {", ")", "---"]),
      ("|\n  a\n  b\n", ["\"a\nb\n\"", "---"]),
      ("a\n---\nb", ["a", "---", "b", "---"]),
      ("\u{FEFF}a", ["a", "---"]),
    ] as [(String, [String])])
  func reads(_ text: String, _ expected: [String]) throws {
    #expect(try Self.events(text) == expected)
  }

  @Test("each event says where it begins, columns in characters")
  func places() throws {
    var reader = try YAMLReader("é: [😀, x]\nb: 5")
    var seen: [String] = []
    while true {
      let event = try reader.next()
      if case .scalar(let scalar) = event.kind {
        seen.append("\(scalar.text) \(event.place.line):\(event.place.column)")
      }
      if event.kind == .streamEnd { break }
    }
    #expect(seen == ["é 1:1", "😀 1:5", "x 1:8", "b 2:1", "5 2:4"])
    #expect(try reader.next().kind == .streamEnd)
  }

  @Test(
    "a text that is not YAML is rejected where it goes wrong",
    arguments: [
      ("{", 2, 1), ("a: b: c", 1, 5), ("a:\n\t- b", 2, 1), ("'a", 1, 3), ("a\n\u{1}", 2, 1),
      ("é: \u{0}", 1, 4), (#""\ud83d""#, 1, 4), ("%YAML 3.0\n---\na", 1, 1), ("[a, b", 2, 1),
      ("&", 1, 2),
    ])
  func refused(_ text: String, _ line: Int, _ column: Int) {
    #expect {
      try Self.events(text)
    } throws: { error in
      let error = error as? DocumentFault
      #expect(
        error?.place == DocumentPlace(line: line, column: column), "\(String(describing: error))")
      return error?.problem.isEmpty == false
    }
  }
}
