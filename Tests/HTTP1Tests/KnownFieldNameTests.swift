import HTTP1
import Testing

@Suite("KnownFieldName")
struct KnownFieldNameTests {
  private func known(_ name: String) throws -> KnownFieldName? {
    // HTTP/1.0 and a value that all fields may have, so that only the name matters.
    let value = name.lowercased() == "expect" ? "100-continue" : "1"
    let text = "GET / HTTP/1.0\r\n\(name): \(value)\r\n\r\n"
    var parser = RequestParser(limits: HTTPLimits())
    let complete = try parser.parse(Array(text.utf8).span)
    #expect(complete)
    return parser.head.fields.first?.known
  }

  @Test("every name is recognised in any case", arguments: KnownFieldName.allCases)
  func recognised(_ name: KnownFieldName) throws {
    guard name != .transferEncoding else { return }
    let lower = "\(name.lowercased)"
    #expect(try known(lower) == name)
    #expect(try known(lower.uppercased()) == name)
  }

  @Test(
    "a name with one byte changed, added or left out is not known",
    arguments: KnownFieldName.allCases)
  func neighbours(_ name: KnownFieldName) throws {
    let lower = Array("\(name.lowercased)".utf8)
    for place in lower.indices {
      var changed = lower
      changed[place] = 0x7E
      #expect(try known(String(decoding: changed, as: UTF8.self)) == nil)
      changed.remove(at: place)
      #expect(try known(String(decoding: changed, as: UTF8.self)) == nil)
    }
    #expect(try known("\(name.lowercased)s") == nil)
  }
}
