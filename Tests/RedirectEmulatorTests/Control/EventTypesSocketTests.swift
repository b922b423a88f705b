import Foundation
import RedirectEmulator
import TestSupport
import Testing

@Suite("Events of all types, over a socket")
struct EventTypesSocketTests {
  /// A reader of events, and what it was told so far.
  final class Reader {
    private let client: RawClient
    private(set) var text = ""

    init(_ port: UInt16, _ query: String, path: String = "/_emulator/events") throws {
      client = try RawClient(port: port)
      try client.send(ControlClient.bytes("GET", path + query))
      try read { $0.contains("retry: ") }
    }

    func read(until condition: (String) -> Bool) throws {
      let before = text
      text += try client.readText { condition(before + $0) }
    }

    /// Waits until this many events of a type have come.
    func events(_ type: String, _ count: Int = 1) throws -> [JSON] {
      try read {
        $0.components(separatedBy: "event: \(type)\n").count > count && $0.hasSuffix("\n\n")
      }
      return try all.filter { $0["event"] == type }.map { try JSON($0["data"] ?? "") }
    }

    var all: [[String: String]] { EventStreamSocketTests.parsed(text) }

    func readToEnd() throws {
      text += String(decoding: try client.readToEnd().bytes, as: UTF8.self)
    }
  }

  @Test(
    "what is done to a resource is told to who asked for it, and the stream ends with its removal")
  func changes() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    _ = try control.call("POST", "/_emulator/resources", #"{"name":"a"}"#)
    let path = "/_emulator/resources/a"
    let reader = try Reader(
      emulator.port, "?types=journal,scenario,clock,resource", path: path + "/events")
    let calls: [(String, String, String?)] = [
      ("PUT", "/scenario", #"{"rules":[{"name":"x","respond":{"status":503}}]}"#),
      ("PUT", "/clock", #"{"offset":"6m"}"#),
      ("DELETE", "/requests", nil), ("POST", "/reset", nil), ("POST", "/reset?scenario=clear", nil),
    ]
    for (method, rest, body) in calls {
      #expect(try control.call(method, path + rest, body).status < 300)
    }
    // What is refused changes nothing.
    #expect(try control.call("PUT", path + "/scenario", "rules: [{}]").status == 400)
    #expect(try control.call("DELETE", path).status == 200)
    try reader.readToEnd()
    let events = try reader.all.map { event in
      let data = try JSON(event["data"] ?? "")
      #expect(data["resource"].text == "a")
      #expect(event["id"] == nil)
      return "\(event["event"] ?? "") \(data["change"].text ?? data["offset"].text ?? "")"
    }
    #expect(
      events == [
        "scenario loaded", "clock 360s", "journal cleared", "journal reset", "clock 0s",
        "journal reset", "clock 0s", "scenario removed", "resource removed",
      ])
    let scenario = try JSON(reader.all[0]["data"] ?? "")
    #expect(scenario["rules"].number == 1 && scenario["revision"].number == 1)
  }

  @Test("a request that is held back is told about when it starts, and again when it has ended")
  func started() async throws {
    let desk = try await CallDesk(scenario: "rules: [{ name: held, calls: 1, fault: hang }]")
    defer { desk.emulator.stop() }
    let full = try Reader(desk.emulator.port, "?types=started,request")
    let short = try Reader(desk.emulator.port, "?types=hello,started,request&fields=summary")
    let held = try RawClient(port: desk.emulator.port)
    try held.send(desk.request("a").bytes)
    let started = try full.events("started")[0]
    #expect(started["end"].isNull && started["seq"].number == 1 && started["rule"].text == "held")
    #expect(started["headers"]["Host"].text != nil)
    // What is answered at once has only an end.
    try desk.send(desk.request("b"))
    #expect(try full.events("request")[0]["seq"].number == 2)
    held.abort()
    let ended = try full.events("request", 2)[1]
    #expect(ended["seq"].number == 1 && ended["end"].text == "clientLeft")
    _ = try short.events("request", 2)
    #expect(short.all.map { $0["event"] } == ["hello", "started", "request", "request"])
    #expect(short.all.map { $0["id"] } == [nil, nil, "2", "1"])
    let summary = try short.events("started")[0]
    #expect(summary["headers"].isNull && summary["resource"].text == "default")
    #expect(summary["context"]["length"].number == 1 && summary["rule"].text == "held")
  }

  @Test("who reads all resources hears of each, also of those that are made later")
  func allResources() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    _ = try control.call("POST", "/_emulator/resources", #"{"name":"a"}"#)
    let reader = try Reader(emulator.port, "?resources=all&types=all&fields=summary")
    let hello = try reader.events("hello")[0]
    #expect(hello["resources"].items.map { $0["resource"].text } == ["default", "a"])
    #expect(hello["instance"].text != nil && hello["resources"][0]["scenario"].number == 0)
    let made = try control.call("POST", "/_emulator/resources", #"{"name":"b"}"#).json()
    let client = try RawClient(port: emulator.port)
    for token in [made["token"].text ?? "", try emulator.token()] {
      try client.send(RedirectRequest(authorization: "Bearer " + token).bytes)
      #expect(try client.readResponse().status == 204)
    }
    #expect(try control.call("DELETE", "/_emulator/resources/b").status == 200)
    #expect(try control.call("PUT", "/_emulator/clock", #"{"offset":"1s"}"#).status == 200)
    _ = try reader.events("clock")
    let told = try reader.all.dropFirst().map { event in
      #expect(event["id"] == nil)
      let data = try JSON(event["data"] ?? "")
      return "\(event["event"] ?? "") \(data["resource"].text ?? "") \(data["change"].text ?? "")"
    }
    #expect(
      told == [
        "resource b made", "request b ", "request default ", "resource b removed", "clock default ",
      ])
  }

  @Test("this many may read all resources at a time, and one that leaves makes room")
  func limit() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    var readers = try (0..<64).map { _ in try Reader(emulator.port, "?resources=all") }
    let control = try ControlClient(port: emulator.port)
    let refused = try control.call("GET", "/_emulator/events?resources=all")
    #expect(refused.status == 503 && refused.member("target") == "resources", "\(refused.text)")
    readers.removeLast()
    #expect(
      becomesTrue {
        (try? Reader(emulator.port, "?resources=all"))?.text.contains("200 OK") ?? false
      })
  }

  @Test("a reader sees by the instance that another emulator answers")
  func instance() async throws {
    let one = try await Emulator.start()
    defer { one.stop() }
    let other = try await Emulator.start()
    defer { other.stop() }
    let instances = try [one, one, other].map { emulator in
      let reader = try Reader(emulator.port, "?types=hello")
      let instance = try reader.events("hello")[0]["instance"].text
      let health = try ControlClient(port: emulator.port).call("GET", "/_emulator/health").json()
      #expect(health["instance"].text == instance)
      return instance
    }
    #expect(instances[0] == instances[1] && instances[0] != instances[2])
  }
}
