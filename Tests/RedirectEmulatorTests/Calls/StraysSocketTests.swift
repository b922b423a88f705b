import RedirectEmulator
import TestSupport
import Testing

@Suite("Redirects with another context while a call rings, over a socket")
struct StraysSocketTests {
  private static func story(_ desk: CallDesk) throws -> String {
    try desk.call("c1")["story"].text ?? ""
  }

  @Test("a context that was cut is reported, with its length", arguments: [false, true])
  func cut(mustBeRegistered: Bool) async throws {
    let desk = try await CallDesk { $0.calls = mustBeRegistered ? .registered : .any }
    defer { desk.emulator.stop() }
    // One that came before is no part of the call, and another call is none of its own.
    _ = try desk.send(desk.request("before"))
    let context = try #require(try desk.ring("{}")["incomingCallContext"].text)
    _ = try desk.send(desk.request("unlike"))
    let begun = try Self.story(desk)
    #expect(
      begun.hasSuffix(
        "Your app has sent nothing for this call so far. Since it began to ring, 1 redirect came with another incomingCallContext (r2: 6 characters; this call's has \(context.count))."
      ), "\(begun)")
    let status = try desk.send(desk.request(String(context.prefix(255)))).status
    #expect(status == (mustBeRegistered ? 404 : 204))
    try desk.advance("31s")
    _ = try desk.send(desk.request(String(context.prefix(100))))
    let lost = try Self.story(desk)
    #expect(
      lost
        == "Caller lost: it rang 30 s, and your app sent nothing for this call. While it rang, 1 redirect came with another incomingCallContext (r3: 255 characters; this call's has \(context.count), and begins with them)."
    )
    #expect(
      try desk.call("c1")["advice"].text?.hasPrefix("Redirect with the event's") == true)
  }

  @Test("a redirect of another call is none of them, and a call that was redirected tells of none")
  func others() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    let orders = try desk.emulator.makeResource(ResourceSettings(name: "orders"))
    let elsewhere = try desk.control.call(
      "POST", "/_emulator/resources/orders/calls", #"{"context":"short"}"#
    ).json()
    _ = try desk.ring()
    let second = try #require(try desk.ring()["incomingCallContext"].text)
    #expect(try desk.send(desk.request(second)).status == 204)
    _ = try desk.send(desk.request(try #require(elsewhere["incomingCallContext"].text)))
    #expect(orders.name == "orders")
    #expect(try Self.story(desk).hasSuffix("Your app has sent nothing so far."))
    _ = try desk.send(desk.request("unlike"))
    #expect(try desk.call("c2")["story"].text?.contains("incomingCallContext") == false)
  }
}
