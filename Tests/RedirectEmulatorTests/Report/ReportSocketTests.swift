import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("The report of what became of the calls")
struct ReportSocketTests {
  /// An emulator with one good call, one that is refused, and rules; texts that HTML and Markdown would take for their own.
  private static func busy(_ configuration: Configuration = Configuration()) async throws
    -> Emulator
  {
    let emulator = try await Emulator.start(configuration)
    try emulator.load(
      scenario: #"rules: [{name: "</script><b>|x", chance: 0%, respond: {status: 503}}]"#)
    for body in [nil, #"{"incomingCallContext":"</script><!--","target":{}}"#] {
      var request = RedirectRequest(authorization: "Bearer " + (try emulator.token()))
      if let body { request.body = body }
      let client = try RawClient(port: emulator.port)
      try client.send(request.bytes)
      _ = try client.readResponse()
    }
    return emulator
  }

  @Test("the page's data is one element that no text in it ends, and its policy lets it ask nobody")
  func html() async throws {
    let emulator = try await Self.busy()
    defer { emulator.stop() }
    let answer = try ControlClient(port: emulator.port).call("GET", "/_emulator/report.html")
    #expect(answer.status == 200 && answer["X-Content-Type-Options"] == "nosniff")
    #expect(answer["Content-Disposition"]?.hasPrefix("attachment;") == true)
    let html = String(decoding: answer.body, as: UTF8.self)
    let open = #"<script type="application/json" id="data">"#
    let start = try #require(html.firstRange(of: open))
    let rest = html[start.upperBound...]
    let end = try #require(rest.firstRange(of: "</script>"))
    #expect(!rest[..<end.lowerBound].contains("<"))
    let data = try JSONDecoder().decode(
      JSONValue.self, from: Data(rest[..<end.lowerBound].utf8))
    let resource = try #require(data["resources"]?.elements.first)
    #expect(resource["calls"]?.elements.count == 2)
    #expect(resource["requests"]?.elements.count == 2)
    #expect(resource["scenario"]?["rules"]?.elements.first?["name"] == .text("</script><b>|x"))
    #expect(html.contains(#"content="\#(PageDocument.shared.filePolicy)""#))
    #expect(html.contains("connect-src 'none'") && !html.contains("frame-ancestors"))
    #expect(
      html.contains(
        String(
          decoding: PageDocument.content(of: "script", in: PageDocument.shared.html), as: UTF8.self)
      ))
  }

  @Test("no report has an access key or a token's signature", arguments: Report.Form.allCases)
  func secrets(_ form: Report.Form) async throws {
    var configuration = Configuration()
    configuration.controlKey = "open sesame"
    let emulator = try await Self.busy(configuration)
    let signature = try #require(try emulator.token().split(separator: ".").last)
    emulator.stop()
    let text = String(decoding: emulator.report().bytes(as: form), as: UTF8.self)
    #expect(!text.contains(emulator.accessKey) && !text.contains("open sesame"))
    #expect(!text.contains(signature) && text.contains("edirect"))
  }

  @Test("Markdown has the verdicts and the stories of what went wrong, and no markup of a client's")
  func markdown() async throws {
    let emulator = try await Self.busy()
    emulator.stop()
    let text = String(decoding: emulator.report().bytes(as: .markdown), as: UTF8.self)
    #expect(text.contains("1 redirected, 1 refused."))
    #expect(text.contains("| refused | r2 | 400 |"))
    #expect(!text.contains("<"))
    let last = try #require(text.split(separator: "\n").last)
    #expect(last.wholeMatch(of: /redirect-emulator [0-9.]+, 20[0-9T:-]+Z/) != nil, "\(last)")
  }

  @Test("the page has the counts and the stories for a browser that runs no script")
  func withoutScript() async throws {
    let emulator = try await Self.busy()
    emulator.stop()
    let html = String(decoding: emulator.report().bytes(as: .html), as: UTF8.self)
    let start = try #require(html.firstRange(of: "<noscript>"))
    let end = try #require(html.firstRange(of: "</noscript>"))
    let shown = html[start.upperBound..<end.lowerBound]
    #expect(
      shown.contains("<pre>1 redirected, 1 refused.\nr2: Refused: your app sent 1 try"), "\(shown)")
    #expect(shown.count(where: { $0 == "<" }) == 4, "\(shown)")
  }

  @Test(
    "a file's name says its form",
    arguments: [
      ("a.html", Report.Form.html), ("a.JSON", .json), ("x/y.md", .markdown), ("a.htm", nil),
      ("html", nil), ("", nil),
    ])
  func forms(_ name: String, _ form: Report.Form?) {
    #expect(Report.Form(fileName: name.utf8) == form)
  }
}
