import RedirectEmulator
import TestSupport
import Testing

@Suite("The control API over a socket: what is refused")
struct ControlRefusalSocketTests {
  @Test("each wrong call is refused by status, code and name, and changes nothing")
  func refusals() async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    for call in RefusedCall.all {
      let answer = try control.call(call.method, call.path, call.body)
      let seen = "\(call): \(answer.statusLine) \(answer.text)"
      #expect(answer.status == call.status, "\(seen)")
      let error = try answer.json()["error"]
      #expect(error["code"].text == call.code, "\(seen)")
      #expect(
        error["message"].text?.isEmpty == false && answer.text.contains(call.names), "\(seen)")
      #expect((answer["Allow"] != nil) == (call.status == 405), "\(seen)")
      #expect(answer["Content-Type"] == "application/json", "\(seen)")
      #expect(answer["Cache-Control"] == "no-store", "\(seen)")
    }
    #expect(emulator.resources.map(\.name) == ["default"])
    #expect(emulator.defaultResource.clockOffset == .zero)
    // Calls of the control API are not requests of the journal.
    #expect(emulator.requests.isEmpty)
  }

  @Test("a body that is too large or is not UTF-8 is refused")
  func bodies() async throws {
    var configuration = Configuration()
    configuration.limits.bodyBytes = 1_000
    let emulator = try await Emulator.start(configuration)
    defer { emulator.stop() }
    let control = try ControlClient(port: emulator.port)
    let answer = try control.call(
      "POST", "/_emulator/calls", String(repeating: " ", count: 1_001))
    #expect(answer.status == 413)
    for path in ["/_emulator/calls", "/_emulator/scenario"] {
      let client = try RawClient(port: emulator.port)
      let method = path.hasSuffix("calls") ? "POST" : "PUT"
      try client.send(
        Array("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n".utf8)
          + [0x7B, 0xFF, 0xFE, 0x7D])
      let refused = try client.readResponse()
      #expect(refused.status == 400 && refused.text.contains("UTF-8"), "\(refused.text)")
    }
  }
}
