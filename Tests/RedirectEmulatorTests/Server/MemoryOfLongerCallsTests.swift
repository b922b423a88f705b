import EventLoop
import Foundation
import RedirectCall
import RedirectEmulator
import Scenarios
import TestSupport
import Testing

/// What longer calls of the control API hold while the background thread has not come to them, or their client does not
/// read. That thread waits for the test, so that nothing depends on how long anything takes.
@Suite("What longer calls hold of --max-memory, over sockets", .serialized)
struct MemoryOfLongerCallsTests {
  private static let limit = 16 << 20

  /// A held emulator with little memory, and what is asked of it.
  private struct Held {
    let background: HeldEmulator
    let control: ControlClient

    init() throws {
      var configuration = Configuration()
      configuration.maxMemory = MemoryOfLongerCallsTests.limit
      background = try HeldEmulator(configuration)
      control = try ControlClient(port: background.port)
    }

    var emulator: Emulator { background.emulator }

    func hold() throws { try background.hold() }

    func goOn() { background.goOn() }

    func waits(_ count: Int) throws { try background.waits(count) }

    func bytes(_ kind: String) throws -> Int {
      try control.metric("memory_bytes{kind=\"\(kind)\"}")
    }

    func refused(_ kind: String) throws -> Int {
      try control.metric("memory_refused_total{kind=\"\(kind)\"}")
    }

    func redirect(context count: Int) throws -> [UInt8] {
      var request = RedirectRequest(authorization: "Bearer " + (try emulator.token()))
      request.body =
        #"{"incomingCallContext":""# + String(repeating: "A", count: count)
        + #"","target":{"rawId":"4:+14255550123"}}"#
      return request.bytes
    }
  }

  @Test(
    "the bodies of calls that wait count, whether or not their clients stay, and one too many gets 503"
  )
  func bodies() throws {
    let held = try Held()
    try held.hold()
    let call = ControlClient.bytes(
      "POST", "/_emulator/tokens", #"{"user":""# + String(repeating: "u", count: 900_000) + #""}"#)
    var waiting: [RawClient] = []
    var refusal: RawResponse?
    for _ in 0..<20 {
      let client = try RawClient(port: held.emulator.port)
      try client.send(call)
      let isTaken = try becomesTrue {
        try held.emulator.background.waiting > waiting.count || client.hasInput()
      }
      try #require(isTaken)
      if try client.hasInput() {
        refusal = try client.readResponse()
        break
      }
      waiting.append(client)
    }
    let answer = try #require(refusal, "none was refused")
    #expect(answer.status == 503 && answer.member("code") == "MemoryLimitReached")
    #expect(answer.member("message")?.contains("--max-memory") == true, "\(answer.text)")
    #expect(try held.refused("body") >= 1)
    #expect(try held.bytes("body") >= waiting.count * 900_000)
    #expect(try held.bytes("body") <= Self.limit / 4 * 3)
    // Calls that bring nothing find room.
    let reset = try RawClient(port: held.emulator.port)
    try reset.send(ControlClient.bytes("POST", "/_emulator/reset"))
    try held.waits(waiting.count + 1)

    for client in waiting.dropFirst() { client.abort() }
    held.goOn()
    #expect(try waiting[0].readResponse().status < 500)
    #expect(try reset.readResponse().status == 204)
    #expect(try becomesTrue { try held.bytes("body") == 0 })
  }

  @Test("a response that waits behind others that the client does not read counts")
  func responses() throws {
    let held = try Held()
    let good = try RawClient(port: held.emulator.port)
    for _ in 0..<30 {
      try good.send(try held.redirect(context: 60_000))
      #expect(try good.readResponse().status == 204)
    }
    let list = ControlClient.bytes("GET", "/_emulator/requests?limit=1000")
    try good.send(list)
    let size = try good.readResponse().body.count
    #expect(size > 1_000_000)

    let greedy = try RawClient(port: held.emulator.port, receiveBuffer: 4_096)
    let small = Array(repeatElement(ControlClient.bytes("GET", "/metrics"), count: 5).joined())
    var isBlocked = false
    for _ in 0..<5_000 where !isBlocked {
      try greedy.send(small)
      isBlocked = try held.bytes("response") > 0
    }
    try #require(isBlocked)
    #expect(try held.bytes("response") < size)
    try greedy.send(list)
    #expect(try becomesTrue { try held.bytes("response") >= size })
    greedy.abort()
    #expect(try becomesTrue { try held.bytes("response") == 0 })
  }

  @Test("what came behind a call that begins a stream of events is given back as the stream begins")
  func streams() throws {
    let held = try Held()
    try held.hold()
    let reader = try RawClient(port: held.emulator.port)
    try reader.send(
      ControlClient.bytes("GET", "/_emulator/events", fields: [("Last-Event-ID", "0")])
        + [UInt8](repeating: 0x41, count: 2_000))
    try held.waits(1)
    #expect(try becomesTrue { try held.bytes("body") >= 2_000 })
    held.goOn()
    #expect(try becomesTrue { try reader.hasInput() })
    #expect(try becomesTrue { try held.bytes("body") == 0 })
  }

  @Test("the regular expressions of a scenario count with what they may come to keep")
  func patterns() throws {
    let held = try Held()
    /// Few bytes of text, and most of a mebibyte for each.
    func rules(_ count: Int) -> String {
      let headers = (0..<count).map { #""x-\#($0)":"/\#($0)(a|b){300}/""# }
      return
        #"{"rules":[{"match":{"header":{\#(headers.joined(separator: ","))}},"fault":"reset"}]}"#
    }
    let each = TextPattern("/0(a|b){300}/").memory
    let fit = Self.limit / 4 / each
    let many = Self.limit / each + 1
    for (method, path, body) in [
      ("PUT", "/_emulator/scenario", rules(many)),
      ("POST", "/_emulator/resources", #"{"name":"more","scenario":\#(rules(many))}"#),
    ] {
      let refusal = try held.control.call(method, path, body)
      #expect(refusal.status == 507 && refusal.member("code") == "MemoryLimitReached", "\(path)")
      #expect(try held.bytes("scenario") == 0)
    }
    #expect(held.emulator.resource(named: "more") == nil)
    #expect(try held.refused("scenario") == 2)

    #expect(try held.control.call("PUT", "/_emulator/scenario", rules(fit)).status == 200)
    #expect(try held.bytes("scenario") >= fit * each)
    #expect(try held.control.call("PUT", "/_emulator/scenario", rules(1)).status == 200)
    #expect(try held.bytes("scenario") < 2 * each)
    #expect(try held.control.call("DELETE", "/_emulator/scenario").status == 204)
    #expect(try held.bytes("scenario") == 0)
    // The owner's are counted, and loaded whatever they take.
    try held.emulator.load(scenario: rules(many))
    #expect(try held.bytes("scenario") >= many * each)
  }
}
