import RedirectEmulator
import Testing

@Suite("A webhook's URL")
struct WebhookTests {
  @Test(
    "is read with what a client needs of it",
    arguments: [
      ("http://127.0.0.1:8080/api/x?code=a%2Fb", false, "127.0.0.1:8080", "/api/x?code=a%2Fb"),
      ("https://Example.com", true, "example.com", "/"),
      ("http://app?functionName=N", false, "app", "/?functionName=N"),
      ("https://[::1]:8443/a", true, "[::1]:8443", "/a"),
      (
        "http://localhost:7071/runtime/webhooks/EventGrid?functionName=Incoming", false,
        "localhost:7071", "/runtime/webhooks/EventGrid?functionName=Incoming"
      ),
    ])
  func good(_ text: String, _ isSecure: Bool, _ authority: String, _ target: String) throws {
    let webhook = try Webhook(text)
    #expect(webhook.isSecure == isSecure)
    #expect(webhook.authority == authority)
    #expect(webhook.target == target)
  }

  @Test(
    "is refused with what was expected",
    arguments: [
      ("ftp://a/", "http or https"), ("app:80/", "http or https"), ("http://", "host"),
      ("http://a/#b", "fragment"), ("http://u:p@a/", "user information"),
      ("http://a:0/", "1 to 65535"), ("http://a:65536/", "1 to 65535"),
      ("http://a:x/", "1 to 65535"), ("http://a:1:1/", "1 to 65535"), ("http://::1/", "brackets"),
      ("http://a b/", "host"), ("http://a/b c", "visible ASCII"), ("http://a/\r\nX: y", "visible"),
      ("http://a/ü", "visible ASCII"), ("http://*.b/", "name or an address"),
      ("http://a/" + String(repeating: "x", count: 2_048), "2048 bytes"),
    ])
  func bad(_ text: String, _ expected: String) {
    let fault = #expect(throws: Webhook.Fault.self) { try Webhook(text) }
    #expect(fault?.description.contains(expected) ?? false, "\(fault?.description ?? "")")
  }

  @Test(
    "is allowed on loopback where the emulator is there, and else only by name",
    arguments: [
      ("http://127.0.0.1/", true, [], true), ("http://127.8.9.1/", true, [], true),
      ("http://[::1]/", true, [], true), ("http://localhost/", true, [], true),
      ("http://a.localhost/", true, [], true), ("http://localhost.example/", true, [], false),
      ("http://127.0.0.1/", false, [], false), ("http://localhost/", false, [], false),
      ("http://127.0.0.1/", false, ["localhost"], true),
      ("http://localhost/", false, ["127.0.0.1"], true),
      ("http://10.0.0.5/", true, [], false), ("http://10.0.0.5/", true, ["10.0.0.5"], true),
      ("http://app/", false, ["app"], true), ("http://app2/", false, ["app"], false),
      ("http://x.y.example/", true, ["*.example"], true), ("http://anything/", false, ["*"], true),
      ("http://0.0.0.0/", true, [], false), ("http://[::ffff:127.0.0.1]/", true, [], false),
      ("http://169.254.169.254/", true, [], false),
    ] as [(String, Bool, [String], Bool)])
  func allowed(_ url: String, _ isLoopback: Bool, _ hosts: [String], _ isAllowed: Bool) throws {
    let named = hosts.flatMap { ControlHost.list($0) ?? [] }
    let allowed = AllowedWebhooks(isLoopback: isLoopback, hosts: named)
    let webhook = try Webhook(url)
    #expect(allowed.contains(webhook) == isAllowed)
  }
}

@Suite("When an event is delivered again")
struct RedeliveryRulesTests {
  @Test(
    "keeps the proportions of Event Grid's waits",
    arguments: [
      (500, 1, 10), (500, 2, 30), (500, 3, 60), (502, 1, 10), (nil, 1, 10), (503, 1, 30),
      (503, 3, 60), (408, 1, 120), (401, 1, 300), (403, 1, 300), (404, 1, 300), (302, 1, 10),
      (400, 1, nil), (413, 1, nil), (500, 4, nil),
    ] as [(Int?, Int, Int?)])
  func wait(_ status: Int?, _ failures: Int, _ seconds: Int?) {
    let rules = RedeliveryRules(most: 4)
    #expect(rules.wait(after: status, failures: failures) == seconds.map { .seconds($0) })
  }

  @Test("scales them by the first")
  func scaled() {
    let rules = RedeliveryRules(after: .milliseconds(100), most: 3)
    #expect(rules.wait(after: 500, failures: 1) == .milliseconds(100))
    #expect(rules.wait(after: 500, failures: 2) == .milliseconds(300))
    #expect(rules.wait(after: 503, failures: 1) == .milliseconds(300))
  }
}
