import HTTP1
import RedirectEmulator
import Testing

@Suite struct ControlAccessTests {
  /// The code that a request is refused with; nil where it is let in.
  static func refusal(_ fields: String, _ needs: ControlAccess.Needs, key: String? = "k") throws
    -> String?
  {
    var configuration = Configuration()
    configuration.controlKey = key
    let access = ControlAccess(configuration, address: "127.0.0.1")
    let bytes = Array("GET / HTTP/1.1\r\n\(fields)\r\n".utf8)
    var parser = RequestParser(limits: HTTPLimits())
    try #require(try parser.parse(bytes.span))
    do throws(ControlError) {
      try access.check(bytes.span, parser.head, needs)
      return nil
    } catch {
      return error.code
    }
  }

  @Test(
    "a call is served to whoever has what it needs",
    arguments: [
      ("Host: localhost\r\nx-emulator-key: k\r\n", nil, nil, nil, nil),
      ("Host: localhost\r\n", "KeyRequired", nil, "KeyRequired", nil),
      ("Host: a.example\r\nx-emulator-key: k\r\n", "ForeignHost", "ForeignHost", nil, nil),
      ("Host: a.example\r\n", "ForeignHost", "ForeignHost", "KeyRequired", nil),
      (
        "Host: localhost\r\nOrigin: http://a.example\r\n", "ForeignOrigin", "ForeignOrigin",
        "KeyRequired", nil
      ),
    ] as [(String, String?, String?, String?, String?)])
  func needs(_ fields: String, all: String?, host: String?, key: String?, nothing: String?) throws {
    #expect(try Self.refusal(fields, .all) == all)
    #expect(try Self.refusal(fields, .ownHost) == host)
    #expect(try Self.refusal(fields, .key) == key)
    #expect(try Self.refusal(fields, []) == nothing)
  }

  @Test("no key is asked for where none is set")
  func noKey() throws {
    #expect(try Self.refusal("Host: localhost\r\n", .all, key: nil) == nil)
  }
}
