import RedirectEmulator
import TestSupport
import Testing

@Suite("x-ms-client-request-id comes back as it was sent")
struct ClientRequestIDSocketTests {
  /// No UTF-8: a byte alone, one that begins a character, and `é` in ISO 8859-1.
  private static let id: [UInt8] = Array("a:b ".utf8) + [0xFF, 0xC3, 0x20, 0xE9, 0x21]

  private static let prefix = Array("x-ms-client-request-id: ".utf8)

  @Test(
    "byte for byte, whether the emulator responds by itself or a rule does",
    arguments: [
      (nil, 204), ("respond: { status: 503 }", 503),
      ("respond: { status: 429, retryAfter: 1s, error: { code: a, message: b } }", 429),
      ("delay: 1ms", 204), ("pace: { bytesPerSecond: 1MiB }", 204),
      ("after: execution, respond: { status: 500 }", 500), ("fault: closeAfter", 204),
      ("fault: notJSON", 502), ("fault: http10", 204), ("fault: { interim: { count: 2 } }", 204),
    ] as [(String?, Int)])
  func echoed(_ action: String?, _ status: Int) async throws {
    let emulator = try await Emulator.start()
    defer { emulator.stop() }
    if let action { try emulator.load(scenario: "rules: [{ name: a, \(action) }]") }
    var request = RedirectRequest(authorization: "Bearer " + (try emulator.token()))
    request.fields = [("Connection", "close")]
    let bytes = request.bytes
    let line = try #require(bytes.firstRange(of: Array("\r\n".utf8)))
    let client = try RawClient(port: emulator.port)
    try client.send(
      Array(bytes[..<line.upperBound]) + Self.prefix + Self.id + Array("\r\n".utf8)
        + Array(bytes[line.upperBound...]))
    let answer = try client.readToEnd().bytes
    let text = String(decoding: answer, as: UTF8.self)
    #expect(text.contains(" \(status) "), "\(text)")
    let lines = answer.split(separator: UInt8(ascii: "\n"))
    let found = lines.filter { $0.starts(with: Self.prefix) }
    #expect(found.map { Array($0) } == [Self.prefix + Self.id + [UInt8(ascii: "\r")]])
  }
}
