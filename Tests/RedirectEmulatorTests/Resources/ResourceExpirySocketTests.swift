import RedirectEmulator
import TestSupport
import Testing

@Suite("Resources that expire, over a socket")
struct ResourceExpirySocketTests {
  private static func make(_ control: ControlClient, _ name: String) throws {
    let made = try control.call(
      "POST", "/_emulator/resources", #"{"name":"\#(name)","expiresAfter":"1s"}"#)
    #expect(try made.status == 201 && made.json()["expiresAfterMs"].number == 1_000)
  }

  @Test("one that nobody uses is removed, and one with an open stream or a slow request stays")
  func expires() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    for name in ["unused", "watched", "slow"] { try Self.make(control, name) }
    let reader = try RawClient(port: emulator.port)
    try reader.send(ControlClient.bytes("GET", "/_emulator/resources/watched/events"))
    _ = try reader.readText { $0.contains("retry: ") }
    let slow = try #require(emulator.resource(named: "slow"))
    try slow.load(scenario: "rules: [{ name: slow, delay: 4s }]")
    let client = try RawClient(port: emulator.port)
    try client.send(RedirectRequest(authorization: "Bearer " + (try slow.token())).bytes)
    #expect(becomesTrue { emulator.resource(named: "unused") == nil })
    #expect(emulator.resource(named: "watched") != nil && emulator.resource(named: "slow") != nil)
    #expect(try client.readResponse().status == 204)
    #expect(becomesTrue { emulator.resource(named: "slow") == nil })
    #expect(emulator.resource(named: "watched") != nil)
    #expect(try !reader.hasInput())
    #expect(emulator.resources.map(\.name) == ["default", "watched"])
  }

  @Test("a time that is too short or no duration is refused", arguments: ["0s", "999ms", "soon"])
  func refused(time: String) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let answer = try ControlClient(port: emulator.port).call(
      "POST", "/_emulator/resources", #"{"expiresAfter":"\#(time)"}"#)
    #expect(answer.status == 400 && answer.text.contains("expiresAfter"), "\(answer.text)")
  }
}
