import LibCrypto
import RedirectEmulator
import TestSupport
import Testing

@Suite("The live page, over a socket")
struct PageSocketTests {
  /// The fields that the page's response has beside those of every response.
  private static let fields = [
    ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
    ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"), ("Vary", "Accept-Encoding"),
  ]

  private static func hash(_ element: String, _ html: String) throws -> String {
    let parts = html.split(separator: "<\(element)>", omittingEmptySubsequences: false)
    try #require(parts.count == 2, "one <\(element)> without attributes")
    let end = try #require(parts[1].firstRange(of: "</\(element)>"))
    return "'sha256-\(SHA256.hash(Array(parts[1][..<end.lowerBound].utf8).span).base64)'"
  }

  @Test("it is served with a policy that names its own script and style, and nothing else")
  func policy() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try ControlClient(port: emulator.port).call("GET", "/_emulator/")
    #expect(answer.status == 200)
    for (name, value) in Self.fields { #expect(answer[name] == value, "\(name)") }
    let html = String(decoding: answer.body, as: UTF8.self)
    #expect(
      try answer["Content-Security-Policy"]
        == "default-src 'none'; script-src \(Self.hash("script", html)); style-src \(Self.hash("style", html)); connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'none'"
    )
    #expect(answer["Content-Encoding"] == nil)
    #expect(try ControlClient(port: emulator.port).call("HEAD", "/_emulator/").status == 200)
  }

  @Test(
    "it is packed for whoever reads that",
    arguments: [
      ("gzip, deflate, br", true), ("GZIP", true), ("deflate, gzip;q=0.5", true),
      ("gzip; q=0", false), ("gzip;q=0.000", false), ("deflate", false), ("xgzip", false),
      ("", false),
    ])
  func packing(_ accepted: String, _ isPacked: Bool) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try ControlClient(port: emulator.port)
      .call("GET", "/_emulator/", fields: [("Accept-Encoding", accepted)])
    #expect(answer.status == 200 && (answer["Content-Encoding"] == "gzip") == isPacked)
    #expect(answer.body.starts(with: [0x1F, 0x8B]) == isPacked)
  }

  @Test("its address without a slash leads to it")
  func slash() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try ControlClient(port: emulator.port).call("GET", "/_emulator")
    #expect(answer.status == 308 && answer["Location"] == "/_emulator/")
  }

  @Test("it asks for no key, and what it would show does")
  func key() async throws {
    var configuration = Configuration()
    configuration.controlKey = "open sesame"
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let client = try ControlClient(port: emulator.port)
    #expect(try client.call("GET", "/_emulator/").status == 200)
    #expect(try client.call("GET", "/_emulator").status == 308)
    #expect(try client.call("GET", "/_emulator/calls").status == 401)
  }

  /// What a browser says of a request, and the statuses of the page and of a call of the API.
  private static let requests: [([(name: String, value: String)], Int, Int)] = [
    (
      [("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")],
      200, 200
    ),
    (
      [
        ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"),
      ], 200, 403
    ),
    (
      [
        ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "iframe"),
      ], 403, 403
    ),
    (
      [
        ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Dest", "image"),
      ], 403, 403
    ),
    (
      [("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")],
      403, 403
    ),
    ([("Origin", "https://example.org")], 403, 403),
  ]

  @Test("a link from another site opens it, and nothing else of that site reaches it")
  func links() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let client = try ControlClient(port: emulator.port)
    for (fields, page, call) in Self.requests {
      #expect(try client.call("GET", "/_emulator/", fields: fields).status == page, "\(fields)")
      #expect(try client.call("GET", "/_emulator/calls", fields: fields).status == call)
    }
    #expect(try client.call("GET", "/_emulator/", host: "example.org").status == 403)
  }
}
