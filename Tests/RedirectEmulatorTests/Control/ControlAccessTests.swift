import HTTP1
import RedirectEmulator
import Testing

@Suite("Who may ask what")
struct ControlAccessTests {
  /// The code that a request is refused with; nil where it is let in.
  static func refusal(
    _ fields: String, _ needs: ControlAccess.Needs, key: String? = "k", hosts: String? = nil,
    version: String = "1.1", target: String = "/"
  ) throws -> String? {
    let access = ControlAccess(
      hosts: try hosts.map { try #require(ControlHost.list($0)) } ?? [], key: key)
    let bytes = Array("GET \(target) HTTP/\(version)\r\n\(fields)\r\n".utf8)
    var parser = RequestParser(limits: HTTPLimits())
    try #require(try parser.parse(bytes.span))
    do throws(ControlError) {
      try access.check(bytes.span, parser.head, needs)
      return nil
    } catch {
      return error.code
    }
  }

  /// What each call asks for; a call that is not listed asks for all.
  static let table: [String: ControlAccess.Needs] = [
    "GET /_emulator/ca.pem": .trust,
    "GET /_emulator/ca-bundle.pem": .trust,
    "GET /_emulator/truststore.jks": .trust,
    "GET /_emulator/health": .reading,
    "GET /metrics": .reading,
    "GET /_emulator/openapi.json": .reading,
    "GET /_emulator/openapi-control.json": .reading,
    "GET /_emulator/scenario.schema.json": .reading,
    "GET /_emulator/": .page,
    "GET /_emulator": .page,
    "GET R/identity": .identity,
  ]

  @Test("each call asks for what the table says")
  func calls() {
    for route in ControlRoute.all {
      #expect(route.access == Self.table[route.call] ?? .all, "\(route.call)")
    }
    #expect(Set(Self.table.keys).isSubset(of: ControlRoute.all.map(\.call)))
  }

  @Test(
    "a call is served to whoever has what it needs",
    arguments: [
      ("Host: localhost\r\nx-emulator-key: k\r\n", nil, nil, nil),
      ("Host: localhost\r\n", "KeyRequired", "KeyRequired", nil),
      ("Host: localhost\r\nx-emulator-key: K\r\n", "KeyRequired", "KeyRequired", nil),
      ("Host: a.example\r\nx-emulator-key: k\r\n", "ForeignHost", nil, nil),
      ("Host: a.example\r\n", "ForeignHost", "KeyRequired", nil),
      (
        "Host: localhost\r\nOrigin: http://a.example\r\n", "ForeignOrigin", "ForeignOrigin",
        "ForeignOrigin"
      ),
      (
        "Host: a.example\r\nOrigin: http://b.example\r\n", "ForeignHost", "ForeignOrigin",
        "ForeignOrigin"
      ),
      ("Host: a.example\r\nOrigin: http://a.example\r\n", "ForeignHost", "KeyRequired", nil),
      (
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n", "ForeignOrigin", "ForeignOrigin",
        "ForeignOrigin"
      ),
    ] as [(String, String?, String?, String?)])
  func needs(_ fields: String, all: String?, reading: String?, trust: String?) throws {
    #expect(try Self.refusal(fields, .all) == all)
    #expect(try Self.refusal(fields, .reading) == reading)
    #expect(try Self.refusal(fields, .trust) == trust)
  }

  @Test("no key is asked for where none is set")
  func noKey() throws {
    #expect(try Self.refusal("Host: localhost\r\n", .all, key: nil) == nil)
  }

  @Test("a request without a host (HTTP/1.0) can read, and steers only where any host may")
  func noHost() throws {
    let none = { (needs: ControlAccess.Needs, hosts: String?) in
      try Self.refusal("", needs, key: nil, hosts: hosts, version: "1.0")
    }
    #expect(try none(.trust, nil) == nil)
    #expect(try none(.reading, nil) == nil)
    #expect(try none(.all, nil) == "ForeignHost")
    #expect(try none(.all, "a.example") == "ForeignHost")
    #expect(try none(.all, "*") == nil)
    #expect(
      try Self.refusal("Origin: http://\r\n", .reading, key: nil, version: "1.0")
        == "ForeignOrigin")
  }

  @Test(
    "the rest is served to loopback, addresses in standard form, names of one label, and hosts that were named",
    arguments: [
      ("localhost", true), ("LOCALHOST", true), ("localhost:4010", true), ("a.localhost", true),
      ("localhost.", true), ("a.localhost.:80", true), ("127.0.0.1", true), ("127.1.2.3:9", true),
      ("127.0.0.1.", true), ("[::1]", true), ("[::1]:80", true), ("10.0.0.1", true),
      ("192.0.2.7:80", true), ("0.0.0.0", true), ("[fd00::2]:80", true), ("[::ffff:1.2.3.4]", true),
      ("acs", true), ("ACS:4010", true), ("docker.", true), ("my_service", true), ("a1-b", true),
      ("acs:4010:4010", true), ("emulator.test", true), ("Emulator.Test:4010", true),
      ("a.wild.test", true),
      ("example.org", false), ("localhost.example.org", false), ("127.0.0.1.example.org", false),
      ("example.org.", false), ("localhost..", false), ("127.0.0.256", false), ("127.0.0", false),
      ("127.1", false), ("2130706433", false), ("0x7f000001", false), ("0177.0.0.1", false),
      ("1acs", false), ("_acs", false), ("-acs", false), ("acs-", false), ("a%63s", false),
      ("a;b", false), ("wild.test", false), ("emulator.test.example.org", false),
      ("[v1.a:b]", false),
    ])
  func hosts(_ host: String, _ isOwn: Bool) throws {
    let expected = isOwn ? nil : "ForeignHost"
    let named = "emulator.test,*.wild.test"
    #expect(try Self.refusal("Host: \(host)\r\n", .all, key: nil, hosts: named) == expected)
    // A target in absolute form is above Host (RFC 9112 §3.2.2).
    // There the parser takes no port twice.
    for field in host.hasSuffix(":4010:4010") ? [] : ["localhost", "a.example"] {
      #expect(
        try Self.refusal(
          "Host: \(field)\r\n", .all, key: nil, hosts: named, target: "http://\(host)/")
          == expected)
    }
    #expect(try Self.refusal("Host: \(host)\r\n", .reading, key: nil) == nil)
    #expect(try Self.refusal("Host: \(host)\r\n", .all, key: nil, hosts: "*") == nil)
  }

  @Test(
    "a call that links may lead to is served to a navigation, and to no script of another site",
    arguments: [
      ("navigate", "document", "cross-site", nil), ("navigate", "document", "same-site", nil),
      ("navigate", "iframe", "cross-site", "ForeignOrigin"),
      ("navigate", "object", "cross-site", "ForeignOrigin"),
      ("cors", "empty", "cross-site", "ForeignOrigin"),
      ("no-cors", "document", "cross-site", "ForeignOrigin"),
      ("no-cors", "script", "same-origin", nil),
    ] as [(String, String, String, String?)])
  func links(_ mode: String, _ destination: String, _ site: String, _ expected: String?) throws {
    let fields =
      "Host: localhost\r\nSec-Fetch-Mode: \(mode)\r\nSec-Fetch-Dest: \(destination)\r\n"
      + "Sec-Fetch-Site: \(site)\r\n"
    let needs = ControlAccess.Needs(host: .own, key: false, allowsLinks: true)
    #expect(try Self.refusal(fields, needs) == expected)
    // A form that posts says its origin.
    #expect(
      try Self.refusal(fields + "Origin: http://a.example\r\n", needs) == "ForeignOrigin")
    if site != "same-origin" {
      #expect(try Self.refusal(fields, .trust) == "ForeignOrigin")
    }
  }
}
