import Foundation
import RedirectEmulator
import TestSupport
import Testing

extension CallDesk {
  /// Makes a call ring whose event is delivered.
  func ring(to url: String, _ more: String = "", call: String = "") throws -> JSON {
    try ring(#"{"context":"short",\#(call)"deliver":{"url":"\#(url)"\#(more)}}"#)
  }

  /// The call, once that is so.
  func call(_ id: String, once condition: (JSON) -> Bool) throws -> JSON {
    var last = try call(id)
    let isSo = try becomesTrue {
      last = try call(id)
      return condition(last)
    }
    #expect(isSo, "\(last)")
    return last
  }
}

@Suite("Deliveries of IncomingCall, over sockets")
struct DeliverySocketTests {
  @Test("a call's event is delivered at once, with Event Grid's fields and the user's own")
  func delivered() async throws {
    let webhook = try TestWebhook(always: .status(200, #"{"done":true}"#))
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let made = try desk.ring(
      to: webhook.url("/api/in?code=s%2F1"), #","headers":{"X-Mine":"a b"}"#,
      call:
        #""from":"+14255550199","callerDisplayName":"Ann","onBehalfOf":"+14255550111","customContext":{"sipHeaders":{"X-MS-Custom-a":"1"}},"#
    )
    let request = try #require(webhook.waits(for: 1).first)
    #expect(request.head.hasPrefix("POST /api/in?code=s%2F1 HTTP/1.1\r\n"))
    for (name, value) in [
      ("Host", "127.0.0.1:\(webhook.port)"), ("Content-Type", "application/json; charset=utf-8"),
      ("aeg-event-type", "Notification"), ("aeg-delivery-count", "0"), ("X-Mine", "a b"),
    ] { #expect(request.field(name) == value, "\(name)") }
    let event = try request.json[0]
    #expect(event["eventType"].text == "Microsoft.Communication.IncomingCall")
    #expect(event["data"]["incomingCallContext"].text == made["incomingCallContext"].text)
    #expect(event["data"]["correlationId"].text == made["correlationId"].text)
    #expect(event["data"]["from"]["rawId"].text == "4:+14255550199")
    #expect(event["data"]["callerDisplayName"].text == "Ann")
    #expect(event["data"]["onBehalfOfCallee"]["rawId"].text == "4:+14255550111")
    #expect(event["data"]["customContext"]["sipHeaders"]["X-MS-Custom-a"].text == "1")
    let call = try desk.call("c1") { $0["deliveries"][0]["status"].number != nil }
    let delivery = call["deliveries"][0]
    #expect(delivery["n"].number == 1 && delivery["status"].number == 200)
    #expect(delivery["bodyStart"].text == #"{"done":true}"#)
    #expect(delivery["validated"].isNull && delivery["next"].isNull)
    #expect(try desk.control.metric(#"deliveries_total{result="taken"}"#) == 1)
  }

  @Test("it comes again with the same id and context, when the resource's clock says so")
  func again() async throws {
    let webhook = try TestWebhook { _, before in before < 2 ? .status(500) : .status(200) }
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url(), #","maxDeliveries":5"#, call: #""ringsFor":"10m","#)
    let first = try desk.call("c1") { $0["deliveries"][0]["status"].number == 500 }
    #expect(!first["deliveries"][0]["next"].isNull, "\(first)")
    #expect(webhook.requests.count == 1)
    try desk.advance("10s")
    _ = try desk.call("c1") { $0["deliveries"][1]["status"].number == 500 }
    try desk.advance("41s")
    let call = try desk.call("c1") { $0["deliveries"][2]["status"].number == 200 }
    #expect(call["deliveries"].items.count == 3)
    let requests = webhook.waits(for: 3)
    #expect(requests.map { $0.field("aeg-delivery-count") } == ["0", "1", "2"])
    #expect(try Set(requests.map { try $0.json[0]["id"].text }).count == 1)
    #expect(try Set(requests.map { try $0.json[0]["data"]["incomingCallContext"].text }).count == 1)
    #expect(Set(requests.map(\.connection)).count == 1, "the connection is used again")
  }

  @Test(
    "no delivery is due where none may be",
    arguments: [
      (400, ""), (413, ""), (503, ""), (404, ""), (500, #","maxDeliveries":1"#),
      (500, #","redeliverAfter":"31s""#), (204, ""),
    ])
  func never(_ status: Int, _ more: String) async throws {
    let webhook = try TestWebhook(always: .status(status))
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url(), more)
    let call = try desk.call("c1") { $0["deliveries"][0]["status"].number == status }
    #expect(call["deliveries"][0]["next"].isNull)
  }

  @Test("one that is not answered ends when its time is over, on the resource's clock")
  func silent() async throws {
    let webhook = try TestWebhook(always: .silence)
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url(), call: #""ringsFor":"10m","#)
    _ = webhook.waits(for: 1)
    try desk.advance("31s")
    let call = try desk.call("c1") { !$0["deliveries"][0]["error"].isNull }
    #expect(call["deliveries"][0]["error"].text == "no response in time")
    #expect(call["deliveries"][0]["status"].isNull)
  }

  @Test(
    "a response that is not one, or is cut, is an error in words",
    arguments: [
      ("", "the connection was closed before a response came"),
      ("nonsense\r\n\r\n", "the response cannot be read: "),
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "within the content"),
    ])
  func broken(_ bytes: String, _ words: String) async throws {
    let webhook = try TestWebhook(always: .last(bytes))
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url())
    let call = try desk.call("c1") { !$0["deliveries"][0]["error"].isNull }
    #expect(call["deliveries"][0]["error"].text?.contains(words) ?? false, "\(call)")
  }

  @Test("nobody listens: it says so, and comes again")
  func refused() async throws {
    let port = try RefusedPort()
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(
      to: "http://127.0.0.1:\(port.number)/api/incomingCall", call: #""ringsFor":"1m","#)
    let call = try desk.call("c1") { !$0["deliveries"][0]["error"].isNull }
    #expect(call["deliveries"][0]["error"].text == "connection refused")
    #expect(!call["deliveries"][0]["next"].isNull)
  }

  @Test("a long response is left after 64 KiB, and its status counts")
  func long() async throws {
    let body = String(repeating: "x", count: 4 << 20)
    let webhook = try TestWebhook(always: .status(202, body))
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url())
    let call = try desk.call("c1") { $0["deliveries"][0]["status"].number == 202 }
    #expect(call["deliveries"][0]["bodyStart"].text == String(repeating: "x", count: 200))
  }

  @Test("redirects are not followed")
  func notFollowed() async throws {
    let other = try TestWebhook(always: .status(200))
    let webhook = try TestWebhook(
      always: .response(
        "HTTP/1.1 307 Go\r\nLocation: \(other.url())\r\nContent-Length: 0\r\n\r\n"))
    defer {
      webhook.stop()
      other.stop()
    }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url())
    _ = try desk.call("c1") { $0["deliveries"][0]["status"].number == 307 }
    #expect(other.requests.isEmpty)
  }

  @Test("one more delivery is made when it is asked for")
  func more() async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url())
    _ = try desk.call("c1") { $0["deliveries"][0]["status"].number == 200 }
    #expect(try desk.control.call("POST", "/_emulator/calls/c1/deliver").status == 200)
    let call = try desk.call("c1") { $0["deliveries"][1]["status"].number == 200 }
    #expect(call["deliveries"][1]["n"].number == 2)
    #expect(webhook.requests.map { $0.field("aeg-delivery-count") } == ["0", "1"])
    _ = try desk.ring()
    for (id, status) in [("c2", 409), ("c9", 404), ("r1", 409)] {
      #expect(try desk.control.call("POST", "/_emulator/calls/\(id)/deliver").status == status)
    }
  }

  @Test("a reset, and forgetting a call, stop what is due", arguments: [true, false])
  func stopped(_ resets: Bool) async throws {
    let webhook = try TestWebhook(always: .status(500))
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url(), call: #""ringsFor":"1h","#)
    _ = try desk.call("c1") { !$0["deliveries"][0]["next"].isNull }
    let answer =
      resets
      ? try desk.control.call("POST", "/_emulator/reset")
      : try desk.control.call("DELETE", "/_emulator/calls/c1")
    #expect(answer.status == 204)
    try desk.advance("1m")
    // A delivery behind it has come: what was due before would have come first.
    _ = try desk.ring(to: webhook.url("/second"))
    _ = webhook.waits(for: 2)
    #expect(webhook.requests.map { $0.head.contains("/second") } == [false, true])
  }

  @Test("an event of the user's own is sent as it is, and its call is the one of its context")
  func ownEvent() async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let event =
      #"{"id":"mine","data":{"incomingCallContext":"my-context","from":{"rawId":"4:+14255550177"}}}"#
    let made = try desk.ring(
      #"{"deliver":{"url":"\#(webhook.url())","event":\#(event)}}"#)
    #expect(made["incomingCallContext"].text == "my-context")
    #expect(made["from"].text == "4:+14255550177")
    let request = try #require(webhook.waits(for: 1).first)
    #expect(try request.json.description == JSON("[\(event)]").description)
  }

  @Test("CloudEvents come one by one, as an object")
  func cloudEvents() async throws {
    let webhook = try TestWebhook(always: .status(204))
    defer { webhook.stop() }
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    _ = try desk.ring(to: webhook.url(), #","schema":"cloudEvents""#)
    let request = try #require(webhook.waits(for: 1).first)
    #expect(request.field("Content-Type") == "application/cloudevents+json; charset=utf-8")
    #expect(try request.json["specversion"].text == "1.0")
  }

  @Test("many rings at a time all arrive, and none is open or held in memory afterwards")
  func many() async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await CallDesk { $0.threads = 2 }
    defer { desk.emulator.stop() }
    for _ in 0..<200 { _ = try desk.ring(to: webhook.url()) }
    #expect(webhook.waits(for: 200).count == 200)
    let isEmpty = try becomesTrue {
      try desk.control.metric(#"memory_bytes{kind="delivery"}"#) == 0
    }
    #expect(isEmpty)
    #expect(try desk.control.metric("deliveries_open") == 0)
    #expect(try desk.control.call("POST", "/_emulator/reset").status == 204)
    #expect(try desk.control.metric(#"memory_bytes{kind="call"}"#) == 0)
  }
}
