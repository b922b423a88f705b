import Documents
import FoundationEssentials
import Testing

@Suite struct JSONWriterTests {
  @Test(
    "strings are escaped as RFC 8259 asks, and DEL too",
    arguments: [
      ("plain ä 😀 /", #""plain ä 😀 /""#), ("a\"b\\c", #""a\"b\\c""#),
      ("\n\r\t", #""\n\r\t""#), ("\u{0}\u{8}\u{1F}\u{7F}", #""\u0000\u0008\u001f\u007f""#),
      ("", #""""#),
    ])
  func strings(text: String, json: String) throws {
    var writer = JSONWriter()
    writer.value(text)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == json)
    let decoded = try JSONDecoder().decode([String].self, from: Data(Array("[\(json)]".utf8)))
    #expect(decoded == [text])
  }

  @Test(
    "what could change a terminal is escaped where marks are hidden, wherever it is in a text",
    arguments: [
      "", "a", "seven..", "eight...", "thirty-one characters and no more",
      "sixty characters and a few more, so that blocks of each size are read",
    ])
  func marks(_ before: String) {
    for (text, hidden, shown) in [
      ("\u{9F}", #"\u009f"#, "\u{9F}"), ("\u{202E}", #"\u202e"#, "\u{202E}"),
      ("é\"\u{2028}x", #"é\"\u2028x"#, "é\\\"\u{2028}x"), ("\u{7F}", #"\u007f"#, #"\u007f"#),
      ("\\é\u{1}", #"\\é\u0001"#, #"\\é\u0001"#), ("éé é\n", #"éé é\n"#, #"éé é\n"#),
    ] {
      for (hidesMarks, expected) in [(true, hidden), (false, shown)] {
        var writer = JSONWriter(hidesMarks: hidesMarks)
        writer.value(before + text + before)
        #expect(
          String(decoding: writer.bytes, as: UTF8.self) == "\"\(before)\(expected)\(before)\"")
      }
    }
  }

  @Test("numbers are written whole, and what is not finite is null")
  func numbers() {
    var writer = JSONWriter(capacity: 64)
    writer.array { writer in
      writer.value(Int.min)
      writer.value(UInt64.max)
      writer.value(1.5)
      writer.value(Double.infinity)
      writer.value(Double.nan)
    }
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == "[-9223372036854775808,18446744073709551615,1.5,null,null]")
  }

  @Test("a line ends behind its value, and the next begins without a comma")
  func lines() {
    var writer = JSONWriter()
    for number in 1...2 {
      writer.object { $0.member("n", number) }
      writer.endLine()
    }
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "{\"n\":1}\n{\"n\":2}\n")
  }

  @Test("bytes are a text, and no bytes are null")
  func spans() {
    let text = Array("a\"b".utf8)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("some", text.span)
      writer.member("none", nil as Span<UInt8>?)
    }
    #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"some":"a\"b","none":null}"#)
  }

  @Test("commas stand between values and nowhere else")
  func commas() {
    var writer = JSONWriter()
    writer.array { writer in
      writer.object { _ in }
      writer.array { _ in }
      writer.object { writer in
        writer.member("a", 1)
        writer.member("b") { $0.array { $0.value(true) } }
        writer.member("c", nil as String?)
        writer.member("d", UInt64.max)
      }
      writer.null()
      writer.value(-1)
    }
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"[{},[],{"a":1,"b":[true],"c":null,"d":18446744073709551615},null,-1]"#)
  }

  @Test(
    "durations are milliseconds with three decimals",
    arguments: [
      (0, "0"), (999, "0"), (1_000, "0.001"), (1_234_567, "1.234"), (1_500_000, "1.5"),
      (2_000_000_000, "2000"), (61_000_050_000, "61000.05"), (-1_500_000, "-1.5"),
    ] as [(Int64, String)])
  func milliseconds(nanoseconds: Int64, text: String) {
    var writer = JSONWriter()
    writer.object { $0.member("t", milliseconds: nanoseconds) }
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "{\"t\":\(text)}")
  }

  @Test(
    "a value of a document is written as it was read",
    arguments: [
      #"{"a":[1,-2,1.5,true,false,null,"x\n"],"b":{},"c":[]}"#, "[]", "null", #""\u0000\"é""#,
    ])
  func nodes(_ text: String) throws {
    var writer = JSONWriter()
    writer.value(try Document.parse(text, as: .json))
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
  }

  @Test("a number that JSON does not have is written as null")
  func infinite() throws {
    var writer = JSONWriter()
    writer.value(try Document.parse("[1e400]", as: .json))
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "[null]")
  }
}
