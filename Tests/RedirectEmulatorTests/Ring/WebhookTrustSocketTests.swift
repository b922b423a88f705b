import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Webhooks that speak TLS, and those that are validated, over sockets")
struct WebhookTrustSocketTests {
  /// What the first delivery comes to at another emulator, which serves https and has no such path.
  private static func delivery(
    to host: String, certificate fault: String? = nil,
    _ configure: (inout Configuration, _ ca: String) -> Void
  ) async throws -> JSON {
    let webhook = try await Emulator.start(Configuration())
    defer { webhook.stop() }
    if let fault {
      try webhook.load(scenario: "connections: [{ fault: { tls: { certificate: \(fault) } } }]")
    }
    let desk = try await CallDesk { configure(&$0, webhook.caCertificate) }
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: "https://\(host):\(webhook.port)/api/incomingCall")
    return try desk.call("c1") { !$0["deliveries"][0]["durationMs"].isNull }["deliveries"][0]
  }

  @Test(
    "a certificate of a CA that is named is trusted, for its names and addresses",
    arguments: ["localhost", "127.0.0.1"])
  func trusted(_ host: String) async throws {
    let delivery = try await Self.delivery(to: host) { $0.webhooks.authorities = $1 }
    #expect(delivery["status"].number == 404, "\(delivery)")
  }

  @Test("any other is not, and the error says what to do")
  func distrusted() async throws {
    let delivery = try await Self.delivery(to: "localhost") { _, _ in }
    #expect(delivery["status"].isNull)
    let error = delivery["error"].text ?? ""
    #expect(error.contains("not trusted") && error.contains("--ring-ca"), "\(error)")
  }

  @Test("any is taken where nobody wants to know")
  func insecure() async throws {
    let delivery = try await Self.delivery(to: "localhost") { configuration, _ in
      configuration.webhooks.skipsVerification = true
    }
    #expect(delivery["status"].number == 404, "\(delivery)")
  }

  @Test(
    "a certificate for another name, or of another time, is not trusted",
    arguments: [("wrongHost", "mismatch"), ("expired", "expired")])
  func wrongCertificate(fault: String, says: String) async throws {
    let delivery = try await Self.delivery(to: "127.0.0.1", certificate: fault) {
      $0.webhooks.authorities = $1
    }
    #expect(delivery["error"].text?.contains(says) ?? false, "\(delivery)")
  }

  @Test(
    "an endpoint that is validated gets its event only if it passes",
    arguments: [
      (#"{"validationResponse":"CODE"}"#, 200, "application/json", true, nil),
      (#"{"validationResponse":"CODE"}"#, 200, "text/html", true, "text/html"),
      (#"{"ValidationResponse":"CODE"}"#, 200, "application/json", false, "ValidationResponse"),
      (#"{"validationResponse":"CODE"}"#, 202, "application/json", false, "202"),
      ("", 200, "application/json", false, "without a body"),
      ("OK", 200, "text/plain", false, "not a JSON object"),
      (#"{"validationResponse":"other"}"#, 200, "application/json", false, "another code"),
    ] as [(String, Int, String, Bool, String?)])
  func validated(
    _ body: String, _ status: Int, _ type: String, _ passes: Bool, _ finding: String?
  ) async throws {
    let webhook = try TestWebhook { request, _ in
      guard request.field("aeg-event-type") == "SubscriptionValidation" else {
        return .status(200)
      }
      let code = (try? request.json[0]["data"]["validationCode"].text) ?? ""
      return .status(
        status, body.replacingOccurrences(of: "CODE", with: code), type: type)
    }
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url(), #","validate":true"#)
    let call = try desk.call("c1") { !$0["deliveries"][0]["durationMs"].isNull }
    let delivery = call["deliveries"][0]
    #expect(delivery["validated"].flag == passes, "\(delivery)")
    #expect(delivery["error"].text?.contains(finding ?? "-") ?? (finding == nil), "\(delivery)")
    #expect(webhook.requests.count == (passes ? 2 : 1))
  }

  @Test(
    "CloudEvents are validated by OPTIONS",
    arguments: [("eventgrid.azure.net", true), ("*", true), ("other.example", false), (nil, false)]
      as [(String?, Bool)])
  func options(_ origin: String?, _ passes: Bool) async throws {
    let webhook = try TestWebhook { request, _ in
      guard request.head.hasPrefix("OPTIONS ") else { return .status(200) }
      let field = origin.map { "WebHook-Allowed-Origin: \($0)\r\n" } ?? ""
      return .response("HTTP/1.1 200 OK\r\n\(field)Content-Length: 0\r\n\r\n")
    }
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url(), #","validate":true,"schema":"cloudEvents""#)
    let call = try desk.call("c1") { !$0["deliveries"][0]["durationMs"].isNull }
    #expect(call["deliveries"][0]["validated"].flag == passes, "\(call)")
    #expect(webhook.requests.first?.field("WebHook-Request-Origin") == "eventgrid.azure.net")
    #expect(webhook.requests.count == (passes ? 2 : 1))
  }

  @Test(
    "what cannot be delivered is refused by name",
    arguments: [
      (#"{"url":"http://10.0.0.5/"}"#, "deliver.url"), (#"{"url":"ftp://a/"}"#, "deliver.url"),
      (#"{}"#, "deliver.url"), (#"{"url":"http://localhost/","schema":"x"}"#, "deliver.schema"),
      (#"{"url":"http://localhost/","timeout":"2h"}"#, "deliver.timeout"),
      (#"{"url":"http://localhost/","maxDeliveries":31}"#, "deliver.maxDeliveries"),
      (#"{"url":"http://localhost/","headers":{"Host":"a"}}"#, "deliver.headers"),
      (#"{"url":"http://localhost/","headers":{"A":"b\r\nC: d"}}"#, "deliver.headers"),
      (#"{"url":"http://localhost/","event":[1,2]}"#, "deliver.event"),
      (#"{"url":"http://localhost/","path":"x"}"#, "deliver.path"),
    ])
  func refused(_ deliver: String, _ target: String) async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let answer = try desk.control.call("POST", "/_emulator/calls", #"{"deliver":\#(deliver)}"#)
    #expect(answer.status == 400)
    #expect(try answer.json()["error"]["target"].text == target, "\(answer.text)")
  }
}
