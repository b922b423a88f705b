import RedirectCall
import Testing

/// What is JSON and what is not, tried as the value of a member that the contract tolerates.
@Suite struct JSONTests {
  static let tolerant = APIVersion.v2023March6

  static func body(_ value: [UInt8]) -> [UInt8] {
    Array(#"{"incomingCallContext":"x","target":{"rawId":"r"},"v":"#.utf8) + value
      + Array("}".utf8)
  }

  static func isTaken(_ value: [UInt8]) -> Bool {
    if case .success = Bodies.validate(body(value), tolerant, strict: false) { true } else { false }
  }

  @Test(
    "values of RFC 8259 are taken",
    arguments: [
      "0", "-0", "1", "10", "123456789012345678901234567890", "0.5", "-0.0", "1.25e3", "1E+9",
      "1e-0",
      "0e1", "1e400", "true", "false", "null", "{}", "[]", "[1,2]", "[ ]", "{ }",
      "[[],[[]],{},null]", "\t\r\n 1 \t\r\n", #""""#, #""a""#, #""\"\\\/\b\f\n\r\t""#,
      #""\u0000\uFFFF\uabCD""#, #""\uD834\uDD1E""#, #""\udbff\udfff""#, "\"\u{7F}\"", "\"/\"",
      "\"ä€𝄞\u{FEFF}\u{FFFF}\u{10FFFF}\"", "\"\u{2028}\"", #"{"a":{"b":[{"c":null}]}}"#,
      #"{"":1," ":2}"#, "{\"a\":1,\"A\":2,\"\u{E1}\":3,\"a\u{301}\":4}", #"[{"a":1},{"a":1}]"#,
      #"{"a":{"a":{"a":1}}}"#,
    ])
  func taken(value: String) {
    #expect(Self.isTaken(Array(value.utf8)))
  }

  @Test(
    "everything else is refused",
    arguments: [
      "", " ", "01", "-01", "00", "-", "+1", ".5", "1.", "-.5", "1.e1", "1e", "1e+", "1e1.5", "0x1",
      "1_000", "١", "NaN", "Infinity", "-Infinity", "1a", "--1", "1 2", "True", "TRUE", "tru",
      "truex",
      "fals", "nul", "nulll", "undefined", "'a'", "a", "[", "]", "{", "}", "[1,]", "[,1]", "[1,,2]",
      "[1 2]", "[1}", "[1", "{]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a" 1}"#,
      #"{"a":1 "b":2}"#, #"{"a"::1}"#, #"{a:1}"#, #"{'a':1}"#, #"{1:1}"#, #"{null:1}"#, #"{"a":1]"#,
      #"{"a":1"#, #"{"a":1,,"b":1}"#, #"{"a":1;"b":2}"#, "\"", #""a"#, #""a\"#, #""\""#,
      #""\x""#, #""\a""#, #""\'""#, #""\U0041""#, #""\u""#, #""\u1""#, #""\u12""#, #""\u123""#,
      #""\u12g4""#, #""\u{41}""#, #""\ ""#, "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"", "\"\r\"",
      #""a"b"#, #""a""b""#, "/*c*/1", "1//c", "#1", "\u{A0}1", "\u{FEFF}1", "\u{2028}1", "\u{C}1",
      "\u{B}1", "\u{0}", #""\uD800""#, #""\uDC00""#, #""\uD800\uD800""#, #""\uD800x""#,
      #""\uD800\n""#, #""\uDC00\uD800""#, #""\uD834\u0041""#, #""\uD834\uDD1""#, #""\ud834\""#,
      #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":1}"#, #"{"\uD834\uDD1E":1,"𝄞":1}"#,
      #"[{"a":1,"b":2,"a":3}]"#,
      #"{"":1,"":2}"#,
    ])
  func refused(value: String) {
    #expect(!Self.isTaken(Array(value.utf8)))
  }

  @Test(
    "bytes in a string have to be UTF-8",
    arguments: [
      ([0xC2, 0x80], true), ([0xDF, 0xBF], true), ([0xE0, 0xA0, 0x80], true),
      ([0xED, 0x9F, 0xBF], true), ([0xEE, 0x80, 0x80], true), ([0xEF, 0xBF, 0xBF], true),
      ([0xF0, 0x90, 0x80, 0x80], true), ([0xF4, 0x8F, 0xBF, 0xBF], true),
      // Overlong.
      ([0xC0, 0x80], false), ([0xC1, 0xBF], false), ([0xE0, 0x9F, 0xBF], false),
      ([0xF0, 0x8F, 0xBF, 0xBF], false), ([0xC0, 0xAF], false), ([0xE0, 0x80, 0xAF], false),
      // Surrogates, and beyond U+10FFFF.
      ([0xED, 0xA0, 0x80], false), ([0xED, 0xBF, 0xBF], false), ([0xF4, 0x90, 0x80, 0x80], false),
      ([0xF5, 0x80, 0x80, 0x80], false), ([0xF8, 0x88, 0x80, 0x80, 0x80], false),
      // Cut short, or without a beginning.
      ([0x80], false), ([0xBF], false), ([0xC2], false), ([0xC2, 0x41], false),
      ([0xE2, 0x82], false), ([0xE2, 0x82, 0x41], false), ([0xF0, 0x9D, 0x84], false),
      ([0xF0, 0x9D, 0x84, 0x41], false), ([0xC2, 0xC2, 0x80], false), ([0xE4], false),
      ([0xFE], false), ([0xFF], false),
    ] as [([UInt8], Bool)])
  func utf8(bytes: [UInt8], isTaken: Bool) {
    // At each place of a word and of a vector.
    for offset in 0..<40 {
      let filler = [UInt8](repeating: 0x61, count: offset)
      #expect(Self.isTaken([0x22] + filler + bytes + filler + [0x22]) == isTaken)
      #expect(Self.isTaken([0x22] + filler + bytes + [0x22]) == isTaken)
      #expect(!Self.isTaken([0x22] + filler + bytes), "no closing quotation mark")
    }
    #expect(!Self.isTaken(bytes), "outside a string")
  }

  @Test("each byte that must be escaped is found wherever it stands", arguments: 0..<0x20)
  func controls(byte: Int) {
    for offset in 0..<40 {
      var value = [UInt8](repeating: 0x61, count: 42)
      (value[0], value[41], value[1 + offset]) = (0x22, 0x22, UInt8(byte))
      #expect(!Self.isTaken(value))
    }
  }

  @Test(
    "the whole body has to be one object and nothing else",
    arguments: [
      "", " ", "\n", "\u{FEFF}{}", "x", "{} {}", "{}x", "{},", "{}\u{0}", "}", "\u{0}", "[]]",
    ])
  func whole(body: String) throws {
    let error = try #require(Bodies.refusal(body)).error
    #expect(error.target == "$")
    #expect(error.message.hasPrefix("The body is not JSON (RFC 8259): line "))
  }

  @Test("a body may have white space around it")
  func whiteSpace() {
    #expect(Bodies.refusal(" \r\n\t" + Bodies.with(target: #"{"rawId":"x"}"#) + "\n\n ") == nil)
  }

  @Test("every beginning of a good body is refused, and none traps")
  func prefixes() {
    let body = Array(
      Bodies.with(target: #"{"rawId":"\u00e4𝄞","z":[1.5e3,true,null,{"q":"\ud834\udd1e"}]}"#).utf8)
    #expect((try? Bodies.validate(body, .v2026March12, strict: true).get()) != nil)
    for length in 0..<body.count {
      #expect((try? Bodies.validate(body.prefix(length), .v2026March12, strict: true).get()) == nil)
    }
  }

  @Test("32 levels are taken, 33 are not")
  func depth() throws {
    for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
      func nested(_ levels: Int) -> [UInt8] {
        Array(
          (String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels))
            .utf8)
      }
      // The body itself is a level.
      #expect(Self.isTaken(nested(31)))
      #expect(!Self.isTaken(nested(32)))
      #expect(!Self.isTaken(Array(String(repeating: open, count: 200_000).utf8)))
    }
    let error = try #require(Bodies.refusal(String(repeating: "[", count: 40))).error
    #expect(error.message.contains("line 1, column 33"))
    #expect(error.message.contains("more than 32 levels"))
  }

  @Test("an object may have a thousand members that the contract does not name")
  func members() {
    func object(_ count: Int) -> [UInt8] {
      Array(("{" + (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",") + "}").utf8)
    }
    #expect(Self.isTaken(object(1_000)))
    #expect(!Self.isTaken(object(1_001)))
  }

  @Test(
    "line and column of the first wrong character are reported",
    arguments: [
      ("", 1, 1, "the body is empty"), ("{", 1, 2, "'}', but found the end of the body"),
      ("{\n  \"a\": 01\n}", 2, 9, "but found '1'"),
      ("{\r\n\"a\":\r\n\r\nx}", 4, 1, "expected a value, but found 'x'"),
      ("{\r\"a\":\rx}", 3, 1, "but found 'x'"),
      ("{\"äö𝄞\":tru}", 1, 8, "expected true, false or null, but found 't'"),
      ("{\"a\":\"b\u{1}\"}", 1, 8, "a control character (byte 0x01)"),
      ("{\"a\":\"\\x\"}", 1, 8, "after a backslash in a string, but found 'x'"),
      ("{\"a\":\"\\u12\"}", 1, 11, "four hexadecimal digits after \\u, but found '\"'"),
      ("{\"a\":\"\\ud800\"}", 1, 7, "half of a surrogate pair"),
      ("{\"a\" 1}", 1, 6, "expected ':', but found '1'"),
      ("{\"a\":1,}", 1, 8, "expected a member name in quotation marks, but found '}'"),
      ("{\"a\":1 2}", 1, 8, "expected ',' or '}', but found '2'"),
      ("{\"a\":[1 2]}", 1, 9, "expected ',' or ']', but found '2'"),
      ("{} {}", 1, 4, "expected nothing after the object, but found '{'"),
      ("\u{FEFF}{}", 1, 1, "byte order mark"),
      ("{\"a\":\"b", 1, 8, "expected a closing quotation mark, but found the end"),
    ])
  func place(body: String, line: Int, column: Int, what: String) throws {
    let rejection = try #require(Bodies.refusal(body))
    #expect(rejection.status == 400)
    #expect(rejection.error.code == "8523")
    #expect(rejection.error.target == "$")
    let message = rejection.error.message
    #expect(message.contains("line \(line), column \(column): "), "\(message)")
    #expect(message.contains(what), "\(message)")
  }

  @Test("bad UTF-8 is reported with its place too")
  func placeOfBadUTF8() throws {
    let body = Array("{\"ä\":\"".utf8) + [0xC3, 0x22, 0x7D]
    guard case .failure(let rejection) = Bodies.validate(body, .v2026March12, strict: false) else {
      Issue.record("was taken")
      return
    }
    #expect(rejection.error.message.contains("line 1, column 7: the bytes from byte 0xC3 on"))
  }

  @Test("what is not JSON is reported alone, whatever else was wrong before")
  func jsonFirst() throws {
    let error = try #require(Bodies.refusal(#"{"x":1,"target":5,"#)).error
    #expect(error.target == "$")
    #expect(error.details.isEmpty)
  }
}
