import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Events of calls, over a socket")
struct CallEventsSocketTests {
  /// The calls that a stream's text tells of.
  private static func calls(_ text: String) throws -> [JSON] {
    try text.components(separatedBy: "event: call\ndata: ").dropFirst().map { part in
      try JSON(String(part.prefix { $0 != "\n" }))
    }
  }

  @Test("a reader gets each change, also of a ring that ends by itself")
  func changes() async throws {
    let desk = try await CallDesk()
    defer { desk.emulator.stop() }
    // Calls that are there already are not told about.
    _ = try desk.ring()
    let reader = try RawClient(port: desk.emulator.port)
    try reader.send(ControlClient.bytes("GET", "/_emulator/events?types=call"))
    var text = try reader.readText { $0.contains("retry: ") }
    let made = try desk.ring(#"{"ringsFor":"400ms","context":"short"}"#)
    text += try reader.readText { $0.contains(#""id":"c2""#) }
    text += try reader.readText { $0.contains(#""verdict":"lost""#) }
    let context = try #require(made["incomingCallContext"].text)
    try desk.send(desk.request(context))
    text += try reader.readText { $0.contains(#""code":"8522""#) }
    try desk.send(desk.request("nobody's"))
    text += try reader.readText { $0.contains(#""verdict":"redirected""#) }
    let calls = try Self.calls(text)
    #expect(calls.map { $0["id"].text } == ["c2", "c2", "c2", "r2"])
    #expect(calls.map { $0["verdict"].text } == ["ringing", "lost", "lost", "redirected"])
    #expect(calls[2]["story"].text?.contains("too late") == true)
  }
}
