import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Events over a socket")
struct EventStreamSocketTests {
  /// Reads until the stream has brought this many events.
  private static func events(_ client: RawClient, _ count: Int, _ text: inout String) throws {
    let before = text
    text += try client.readText {
      (before + $0).components(separatedBy: "event: request\n").count > count
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
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let good = RedirectRequest(
      authorization: "Bearer " + (try emulator.token())
    ).bytes
    let reader = try Self.subscribe(emulator.port)
    var seen = String(decoding: try reader.read(atLeast: 200), as: UTF8.self)
    #expect(
      seen.hasPrefix("HTTP/1.1 200 OK\r\n") && seen.contains("Content-Type: text/event-stream"))
    let client = try RawClient(port: emulator.port)
    for _ in 0..<5 {
      try client.send(good)
      #expect(try client.readResponse().status == 204)
    }
    try Self.events(reader, 5, &seen)
    #expect(seen.contains("id: 5\n") && seen.contains("\"status\":204"))

    var missed = ""
    try Self.events(try Self.subscribe(emulator.port, lastEventID: 3), 2, &missed)
    #expect(missed.contains("id: 4\n") && missed.contains("id: 5\n") && !missed.contains("id: 3\n"))
  }

  @Test(
    "a reader who never reads is told what it missed and disconnected, and nobody waits for it",
    arguments: Scheme.allCases)
  func slowReader(_ scheme: Scheme) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    var request = RedirectRequest(
      authorization: "Bearer " + (try emulator.token()))
    request.body =
      #"{"incomingCallContext":""# + String(repeating: "A", count: 200_000)
      + #"","target":{"rawId":"4:+14255550123"}}"#
    let sleeper = try RawClient(port: emulator.port, scheme, receiveBuffer: 4_096)
    try sleeper.send("GET /_emulator/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let client = try RawClient(port: emulator.port)
    let bytes = request.bytes
    for _ in 0..<60 {
      try client.send(bytes)
      #expect(try client.readResponse().status == 204)
    }
    let seen = try sleeper.readToEnd()
    #expect(seen.ending == scheme.goodEnding)
    // What it began to get it got whole, and then how many it did not get before it was left behind.
    let text = String(decoding: seen.bytes, as: UTF8.self)
    let events = Self.parsed(text)
    let told = events.dropLast().compactMap { $0["id"].flatMap { Int($0) } }
    #expect(told == Array(1...max(told.count, 1)) && told.count < 60)
    #expect(events.last?["event"] == "missed")
    let data = try JSON(try #require(events.last?["data"]))
    let missed = try #require(data["missed"].number)
    #expect(missed > 0 && told.count + missed <= 60, "\(told.count) and \(missed)")
    #expect(try ControlClient(port: emulator.port).metric("event_readers_dropped_total") == 1)
  }

  /// The events of a text, by their fields.
  static func parsed(_ text: String) -> [[String: String]] {
    guard let head = text.firstRange(of: "\r\n\r\n") else { return [] }
    return text[head.upperBound...].components(separatedBy: "\n\n").compactMap { block in
      var fields: [String: String] = [:]
      for line in block.split(separator: "\n") {
        guard let colon = line.firstRange(of: ": ") else { continue }
        fields[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
      }
      return fields["event"] == nil ? nil : fields
    }
  }

  @Test("an event is the entry that the journal shows, on one line, and refusals are events too")
  func entries() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let reader = try Self.subscribe(emulator.port)
    var text = String(decoding: try reader.read(atLeast: 200), as: UTF8.self)
    #expect(text.contains("retry: ") && text.lowercased().contains("connection: close"))
    let client = try RawClient(port: emulator.port)
    try client.send(
      RedirectRequest(authorization: "Bearer " + (try emulator.token()))
        .bytes)
    #expect(try client.readResponse().status == 204)
    try client.send(RedirectRequest(authorization: nil).bytes)
    #expect(try client.readResponse().status == 401)
    try client.send("what is this\r\n\r\n")
    #expect(try client.readResponse().status == 400)
    try Self.events(reader, 3, &text)
    let events = Self.parsed(text)
    #expect(events.map { $0["id"] } == ["1", "2", "3"])
    let control = try ControlClient(port: emulator.port)
    let journal = try control.call("GET", "/_emulator/requests").json()["requests"]
    for (event, entry) in zip(events, journal.items) {
      let data = try JSON(try #require(event["data"]))
      for name in ["seq", "status", "end", "resource", "bytesSent", "time", "failed", "auth"] {
        #expect("\(data[name])" == "\(entry[name])", "\(name)")
      }
      #expect(data.names == entry.names)
    }
  }

  @Test("a reader hears of its own resource alone, and one that left is forgotten")
  func ownResource() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let mine = try emulator.makeResource(ResourceSettings(name: "mine"))
    let reader = try RawClient(port: emulator.port)
    try reader.send(ControlClient.bytes("GET", "/_emulator/resources/mine/events"))
    var text = String(decoding: try reader.read(atLeast: 200), as: UTF8.self)
    var gone: RawClient? = try Self.subscribe(emulator.port)
    _ = try gone?.read(atLeast: 200)
    gone = nil
    let client = try RawClient(port: emulator.port)
    for resource in [emulator.defaultResource, mine, emulator.defaultResource, mine] {
      try client.send(
        RedirectRequest(authorization: "Bearer " + (try resource.token())).bytes)
      #expect(try client.readResponse().status == 204)
    }
    try Self.events(reader, 2, &text)
    let events = Self.parsed(text)
    #expect(events.count == 2)
    for event in events {
      #expect(try JSON(try #require(event["data"]))["resource"].text == "mine")
    }
  }

  @Test("who comes back to a journal that has lost some is told how many, before the rest")
  func missed() async throws {
    var configuration = Configuration()
    configuration.journalLimit = 2
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let client = try RawClient(port: emulator.port)
    let bytes = RedirectRequest(
      authorization: "Bearer " + (try emulator.token())
    ).bytes
    for _ in 0..<6 {
      try client.send(bytes)
      #expect(try client.readResponse().status == 204)
    }
    var text = ""
    try Self.events(try Self.subscribe(emulator.port, lastEventID: 1), 2, &text)
    let events = Self.parsed(text)
    #expect(events.map { $0["event"] } == ["missed", "request", "request"])
    #expect(events.first?["data"] == #"{"missed":3}"#)
    #expect(events.map { $0["id"] } == [nil, "5", "6"])
  }

  @Test("a request that is still being answered is an event once, when it has ended")
  func slowRequest() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(scenario: "rules: [{ name: slow, calls: 1, delay: 300ms }]")
    let bytes = RedirectRequest(
      authorization: "Bearer " + (try emulator.token())
    ).bytes
    let slow = try RawClient(port: emulator.port)
    try slow.send(bytes)
    #expect(becomesTrue { emulator.requests.count == 1 })
    let reader = try Self.subscribe(emulator.port, lastEventID: 0)
    let fast = try RawClient(port: emulator.port)
    try fast.send(bytes)
    #expect(try fast.readResponse().status == 204)
    #expect(try slow.readResponse().status == 204)
    try fast.send(bytes)
    #expect(try fast.readResponse().status == 204)
    let text = try reader.readText { $0.contains("id: 3\n") }
    let events = Self.parsed(text)
    #expect(events.map { $0["id"] } == ["2", "1", "3"])
    #expect(events.allSatisfy { $0["data"]?.contains(#""end":"answered""#) == true }, "\(text)")
  }

  @Test(
    "who left while an older request ran is told about its end, and of nothing twice, on coming back"
  )
  func endsAreNotMissed() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    try emulator.load(scenario: "rules: [{ name: slow, calls: 2, delay: 300ms }]")
    let bytes = RedirectRequest(
      authorization: "Bearer " + (try emulator.token())
    ).bytes
    let fast = try RawClient(port: emulator.port)
    try fast.send(bytes)
    #expect(try fast.readResponse().status == 204)
    let slow = try RawClient(port: emulator.port)
    try slow.send(bytes)
    #expect(becomesTrue { emulator.requests.count == 2 })
    try fast.send(bytes)
    #expect(try fast.readResponse().status == 204)
    // The reader has seen 1 and 3, and comes back after 2 has ended, and 4.
    #expect(try slow.readResponse().status == 204)
    try fast.send(bytes)
    #expect(try fast.readResponse().status == 204)
    for (last, expected) in [(3, ["2", "4"]), (2, ["4"]), (1, ["3", "2", "4"]), (4, [])] {
      var text = ""
      let reader = try Self.subscribe(emulator.port, lastEventID: last)
      try Self.events(reader, expected.count, &text)
      #expect(Self.parsed(text).map { $0["id"] } == expected, "after \(last)")
    }
  }

  @Test("who comes back gets all that the journal kept, however much, as fast as it reads")
  func longReplay() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    var request = RedirectRequest(
      authorization: "Bearer " + (try emulator.token()))
    request.body =
      #"{"incomingCallContext":""# + String(repeating: "A", count: 200_000)
      + #"","target":{"rawId":"4:+14255550123"}}"#
    let client = try RawClient(port: emulator.port)
    for _ in 0..<12 {
      try client.send(request.bytes)
      #expect(try client.readResponse().status == 204)
    }
    let reader = try RawClient(port: emulator.port, receiveBuffer: 65_536)
    try reader.send("GET /_emulator/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n")
    // These end while the others are still on their way.
    request.body = #"{"incomingCallContext":"A","target":{"rawId":"4:+14255550123"}}"#
    for _ in 0..<3 {
      try client.send(request.bytes)
      #expect(try client.readResponse().status == 204)
    }
    let text = try reader.readText { $0.suffix(3_000).contains("id: 15\n") }
    #expect(Self.parsed(text).map { $0["id"] } == (1...15).map { "\($0)" })
  }

  @Test("a stop ends the streams, while it waits for a response that is on its way")
  func stop() async throws {
    let emulator = try await Emulator.start()
    try emulator.load(scenario: "rules: [{ name: slow, delay: 2s }]")
    let reader = try Self.subscribe(emulator.port)
    _ = try reader.read(atLeast: 200)
    let slow = try RawClient(port: emulator.port)
    let bearer = "Bearer " + (try emulator.token())
    try slow.send(RedirectRequest(authorization: bearer).bytes)
    try #require(becomesTrue { emulator.requests.count == 1 })
    let stopping = Thread { emulator.stop() }
    stopping.start()
    #expect(try reader.readToEnd().ending == .fin)
    #expect(try !slow.hasInput())
    #expect(try slow.readResponse().status == 204)
    #expect(becomesTrue { stopping.isFinished })
  }

  @Test("a stream has the types that it is asked for, hello first, and no others")
  func types() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let all = try RawClient(port: emulator.port)
    try all.send(ControlClient.bytes("GET", "/_emulator/events?types=all"))
    let some = try RawClient(port: emulator.port)
    try some.send(ControlClient.bytes("GET", "/_emulator/events?types=connection"))
    let usual = try Self.subscribe(emulator.port)
    var texts = ["", "", ""]
    for (index, client) in [all, some, usual].enumerated() {
      texts[index] = try client.readText { $0.contains("retry: ") }
    }
    #expect(texts[0].contains("X-Accel-Buffering: no") && texts[0].contains("no-store"))
    let broken = try RawClient(port: emulator.port)
    try broken.send("\u{16}GET / HTTP/1.1\r\n\r\n")
    _ = try broken.readToEnd()
    let client = try RawClient(port: emulator.port)
    try client.send(RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes)
    #expect(try client.readResponse().status == 204)
    texts[0] += try all.readText { $0.contains("id: 1\n") }
    texts[1] += try some.readText { $0.contains("event: connection") }
    texts[2] += try usual.readText { $0.contains("id: 1\n") }
    let events = texts.map { Self.parsed($0) }
    // The call of the request is told about when the background thread comes to it.
    let named = events[0].compactMap { $0["event"] }.filter { $0 != "call" }
    #expect(named == ["hello", "connection", "request"])
    #expect(events[1].map { $0["event"] } == ["connection"])
    #expect(events[2].map { $0["event"] } == ["request"])
    let hello = try JSON(try #require(events[0].first?["data"]))
    #expect(
      hello.names == [
        "instance", "version", "resource", "first", "last", "dropped", "clock", "scenario",
      ])
    #expect(hello["clock"]["offset"].text == "0s" && hello["scenario"].number == 0)
    #expect(hello["version"].text == Emulator.version && hello["last"].isNull)
    let failed = try JSON(try #require(events[1].first?["data"]))
    #expect(failed["handshake"].text == "failed")
    let wrong = try ControlClient(port: emulator.port).call(
      "GET", "/_emulator/events?types=request,conection")
    #expect(wrong.status == 400 && wrong.text.contains("conection"), "\(wrong.text)")
  }

  @Test(
    "an id that was never given out gets a missed event, then all that is kept",
    arguments: ["77", "abc", "99999999999999999999999", "-1"])
  func unknownID(id: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let client = try RawClient(port: emulator.port)
    for _ in 0..<2 {
      try client.send(RedirectRequest(authorization: "Bearer " + (try emulator.token())).bytes)
      #expect(try client.readResponse().status == 204)
    }
    let reader = try RawClient(port: emulator.port)
    try reader.send(
      ControlClient.bytes("GET", "/_emulator/events", fields: [("Last-Event-ID", id)]))
    var text = ""
    try Self.events(reader, 2, &text)
    let events = Self.parsed(text)
    #expect(events.map { $0["event"] } == ["missed", "request", "request"])
    #expect(events.map { $0["id"] } == [nil, "1", "2"])
  }

  @Test("the streams of a resource that is removed end", arguments: [nil, 0])
  func removed(lastEventID: Int?) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    _ = try emulator.makeResource(ResourceSettings(name: "gone"))
    let reader = try RawClient(port: emulator.port)
    try reader.send(
      ControlClient.bytes(
        "GET", "/_emulator/resources/gone/events",
        fields: lastEventID.map { [("Last-Event-ID", "\($0)")] } ?? []))
    _ = try reader.readText { $0.contains("retry: ") }
    let other = try Self.subscribe(emulator.port)
    _ = try other.readText { $0.contains("retry: ") }
    #expect(
      try ControlClient(port: emulator.port).call("DELETE", "/_emulator/resources/gone").status
        == 200)
    #expect(try reader.readToEnd().ending == .fin)
    #expect(try !other.hasInput())
  }
}
