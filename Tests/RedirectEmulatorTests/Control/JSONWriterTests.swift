import Core
import FoundationEssentials
import RedirectCall
import RedirectEmulator
import Scenarios
import Testing

@Suite struct JSONWriterTests {
  @Test(
    "strings are escaped as RFC 8259 asks and no more",
    arguments: [
      ("plain ä 😀 /", #""plain ä 😀 /""#), ("a\"b\\c", #""a\"b\\c""#),
      ("\n\r\t", #""\n\r\t""#), ("\u{0}\u{8}\u{1F}\u{7F}", "\"\\u0000\\u0008\\u001f\u{7F}\""),
      ("", #""""#),
    ])
  func strings(text: String, json: String) throws {
    var writer = JSONWriter()
    writer.value(text)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == json)
    let decoded = try JSONDecoder().decode([String].self, from: Data(Array("[\(json)]".utf8)))
    #expect(decoded == [text])
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

  @Test("an error is shown in the interface's shape")
  func errors() {
    let error = ControlError.unknownName("rul", among: ["rule"], what: "member")
    #expect(
      String(decoding: error.json, as: UTF8.self)
        == #"{"error":{"code":"UnknownName","message":"There is no member 'rul'. "#
        + #"Did you mean 'rule'? Allowed are rule.","target":"rul"}}"#)
  }
}
