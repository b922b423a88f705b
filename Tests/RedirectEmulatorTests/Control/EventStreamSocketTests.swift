import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Events over a socket")
struct EventStreamSocketTests {
  /// Reads until the stream has brought this many events.
  private static func events(_ client: RawClient, _ count: Int, _ text: inout String) throws {
    while text.components(separatedBy: "event: request\n").count <= count {
      text += String(decoding: try client.read(atLeast: 1), as: UTF8.self)
    }
  }

  private static func subscribe(_ port: UInt16, lastEventID: Int? = nil) throws -> RawClient {
    let client = try RawClient(port: port)
    let last = lastEventID.map { "Last-Event-ID: \($0)\r\n" } ?? ""
    try client.send("GET /_emulator/events HTTP/1.1\r\nHost: localhost\r\n\(last)\r\n")
    return client
  }

  @Test("each request is an event as it ends, and a reader who comes back gets what it missed")
  func resume() async throws {
    let emulator = try await RedirectEmulator.start()
    defer { emulator.stop() }
    let good = RedirectRequest(
      authorization: "Bearer " + (try emulator.defaultResource.makeToken().token)
    ).bytes
    let reader = try Self.subscribe(emulator.port)
    var seen = String(decoding: try reader.read(atLeast: 200), as: UTF8.self)
    #expect(
      seen.hasPrefix("HTTP/1.1 200 OK\r\n") && seen.contains("Content-Type: text/event-stream"))
    let client = try RawClient(port: emulator.port)
    for _ in 0..<5 {
      try client.send(good)
      #expect(try client.readAnswer().status == 204)
    }
    try Self.events(reader, 5, &seen)
    #expect(seen.contains("id: 5\n") && seen.contains("\"status\":204"))

    var missed = ""
    try Self.events(try Self.subscribe(emulator.port, lastEventID: 3), 2, &missed)
    #expect(missed.contains("id: 4\n") && missed.contains("id: 5\n") && !missed.contains("id: 3\n"))
  }

  @Test("a reader who never reads is dropped, and nobody waits for it")
  func slowReader() async throws {
    let emulator = try await RedirectEmulator.start()
    defer { emulator.stop() }
    var request = RedirectRequest(
      authorization: "Bearer " + (try emulator.defaultResource.makeToken().token))
    request.body =
      #"{"incomingCallContext":""# + String(repeating: "A", count: 200_000)
      + #"","target":{"rawId":"4:+14255550123"}}"#
    let sleeper = try RawClient(port: emulator.port, receiveBuffer: 4_096)
    try sleeper.send("GET /_emulator/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let client = try RawClient(port: emulator.port)
    let bytes = request.bytes
    for _ in 0..<60 {
      try client.send(bytes)
      #expect(try client.readAnswer().status == 204)
    }
    #expect(try sleeper.readToEnd().ending == .rst)
  }
}
