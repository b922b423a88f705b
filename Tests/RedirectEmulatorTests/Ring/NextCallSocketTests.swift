import RedirectEmulator
import TestSupport
import Testing

@Suite("The call that a redirect makes, over sockets")
struct NextCallSocketTests {
  private static func body(_ context: String, to target: String) -> String {
    #"{"incomingCallContext":"\#(context)","target":{"rawId":"\#(target)"}}"#
  }

  @Test("a redirect to a number or user of the resource rings again; to others it does not")
  func next() async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await CallDesk { $0.ownNumbers = ["+14255550150"] }
    defer { desk.emulator.stop() }
    let id = try desk.control.call("GET", "/_emulator/resources/default").json()["resourceId"].text
    let user = "8:acs:\(id ?? "")_00000000-0000-4000-8000-000000000009"
    var count = 0
    for (target, rings) in [
      ("4:+14255550150", true), (user, true), ("4:+14255550151", false),
      ("8:acs:00000000-0000-4000-8000-000000000001_00000000-0000-4000-8000-000000000009", false),
    ] {
      let made = try desk.ring(
        to: webhook.url(), call: #""from":"+14255550199","ringsFor":"45s","#)
      count += 1
      let context = try #require(made["incomingCallContext"].text)
      let first = try #require(made["id"].text)
      let body = Self.body(context, to: target)
      #expect(try desk.send(desk.request(context, body: body)).status == 204)
      let call = try desk.call(first)
      #expect(call["verdict"].text == "redirected")
      #expect((call["next"].text != nil) == rings, "\(target)")
      guard let next = call["next"].text else { continue }
      count += 1
      let second = try desk.call(next)
      #expect(second["to"].text == target && second["from"].text == "4:+14255550199")
      #expect(second["incomingCallContext"].text != context)
      let events = webhook.waits(for: count)
      #expect(events.count == count)
      // Both events may be on their way at once, in any order.
      #expect(
        try events.contains { try $0.json[0]["data"]["to"]["rawId"].text == target }, "\(target)")
    }
    #expect(webhook.waits(for: count).count == count)
  }

  @Test("a chain that never leaves the resource ends after 10 calls, and its story says loop")
  func loop() async throws {
    let webhook = try TestWebhook(always: .status(200))
    defer { webhook.stop() }
    let desk = try await CallDesk { $0.ownNumbers = ["+14255550150"] }
    defer { desk.emulator.stop() }
    var call = try desk.ring(to: webhook.url())
    for number in 1...10 {
      let context = try #require(call["incomingCallContext"].text)
      let body = Self.body(context, to: "4:+14255550150")
      #expect(try desk.send(desk.request(context, body: body)).status == 204)
      let redirected = try desk.call("c\(number)")
      #expect(redirected["next"].text == (number < 10 ? "c\(number + 1)" : nil))
      if number < 10 { call = try desk.call("c\(number + 1)") }
    }
    let last = try desk.call("c10")
    #expect(last["story"].text?.contains("Loop") ?? false, "\(last)")
    #expect(last["advice"].text != nil)
    #expect(try desk.calls()["calls"].items.count == 10)
  }
}
