import RedirectEmulator
import TestSupport
import Testing

@Suite("Rules for events, over sockets")
struct EventRulesSocketTests {
  private static func desk(_ rule: String) async throws -> CallDesk {
    try await CallDesk(scenario: "events: [{ name: bad, \(rule) }]")
  }

  @Test("a dropped event is never sent, and not delivered again")
  func dropped() async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await Self.desk("calls: 1, drop: true")
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url())
    let call = try desk.call("c1") { !$0["deliveries"][0]["error"].isNull }
    #expect(call["deliveries"][0]["rule"].text == "bad" && call["deliveries"][0]["next"].isNull)
    _ = try desk.ring(to: webhook.url("/second"))
    #expect(webhook.waits(for: 1).first?.head.contains("/second") ?? false)
  }

  @Test("a duplicate is the same request once more, and one delivery")
  func duplicate() async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await Self.desk("duplicate: 2")
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url())
    let requests = webhook.waits(for: 3)
    #expect(requests.count == 3 && Set(requests.map(\.body)).count == 1)
    let call = try desk.call("c1") { $0["deliveries"][0]["status"].number == 200 }
    #expect(call["deliveries"].items.count == 1)
  }

  @Test("a late one comes when the resource's clock says so")
  func delayed() async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await Self.desk("calls: 1, delay: 12s")
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url("/late"))
    _ = try desk.ring(to: webhook.url("/second"))
    #expect(webhook.waits(for: 1).first?.head.contains("/second") ?? false)
    try desk.advance("12s")
    #expect(webhook.waits(for: 2).last?.head.contains("/late") ?? false)
  }

  @Test(
    "one that comes last comes behind the next call's, also where all are to come last",
    arguments: ["calls: 1, order: last", "order: last"])
  func last(rule: String) async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await Self.desk(rule)
    defer { desk.emulator.stop() }
    for path in ["/first", "/second"] { _ = try desk.ring(to: webhook.url(path)) }
    let paths = webhook.waits(for: 2).map { String($0.head.prefix { $0 != "H" }) }
    #expect(paths == ["POST /second ", "POST /first "])
    let calls = try ["c1", "c2"].map { id in
      try desk.call(id) { $0["deliveries"][0]["status"].number == 200 }
    }
    #expect(calls[0]["deliveries"][0]["rule"].text == "bad")
  }

  @Test("a batch has several events in one array")
  func batch() async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await Self.desk("batch: 3")
    defer { desk.emulator.stop() }
    for _ in 0..<3 { _ = try desk.ring(to: webhook.url()) }
    let request = try #require(webhook.waits(for: 1).first)
    #expect(try request.json.items.count == 3)
    for id in ["c1", "c2", "c3"] {
      _ = try desk.call(id) { $0["deliveries"][0]["status"].number == 200 }
    }
  }

  @Test("another content type, a slow request, and a response that is cut")
  func others() async throws {
    let webhook = try TestWebhook(always: .status(200, "0123456789"))
    defer { webhook.stop() }
    let desk = try await Self.desk(
      "contentType: text/plain, pace: { chunk: 300, every: 1ms }, cut: { afterBytes: 20 }")
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url())
    let request = try #require(webhook.waits(for: 1).first)
    #expect(request.field("Content-Type") == "text/plain")
    let call = try desk.call("c1") { !$0["deliveries"][0]["error"].isNull }
    #expect(call["deliveries"][0]["error"].text?.contains("cut after 20 bytes") ?? false)
    #expect(!call["deliveries"][0]["next"].isNull)
  }
}
