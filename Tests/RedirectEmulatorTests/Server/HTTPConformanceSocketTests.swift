import RedirectEmulator
import TestSupport
import Testing

@Suite("Every conformance case is read over a socket as the parser reads it")
final class HTTPConformanceSocketTests {
  private let emulator: RedirectEmulator

  init() async throws {
    emulator = try await RedirectEmulator.start()
  }

  deinit {
    emulator.stop()
  }

  /// What only the HTTP layer answers.
  private static let refusals: Set<Int> = [400, 408, 411, 413, 414, 417, 431, 501, 505]

  @Test("over http")
  func cases() throws {
    // A first byte of 22 begins TLS on this port, and is no HTTP any more.
    for example in HTTPConformanceCase.all where example.bytes.first != 22 {
      do {
        try run(example)
      } catch {
        Issue.record("\(example): \(error)")
      }
    }
  }

  private func run(_ example: HTTPConformanceCase) throws {
    let client = try RawClient(port: emulator.port)
    let isHead = example.bytes.starts(with: Array("HEAD ".utf8))
    do {
      try client.send(example.bytes)
    } catch {
      // A refused message may be answered, and the connection ended, before all of it was sent.
      guard case .refused = example.expectedOverSocket else { throw error }
    }
    switch example.expectedOverSocket {
    case .request:
      let answer = try finalAnswer(client, isHead)
      // The contract's own 400 has a stage behind the HTTP layer: it keeps the connection.
      #expect(
        !Self.refusals.contains(answer.status) || answer["Connection"] != "close"
          || answer.status == 400,
        "\(example): \(answer.statusLine) \(answer.text)")
      #expect(
        answer.member("code").map { !Self.isHTTPCode($0) } ?? true, "\(example): \(answer.text)")
    case .requests(let count):
      for _ in 0..<count { _ = try finalAnswer(client, isHead) }
    case .refused(let status):
      let answer = try finalAnswer(client, isHead)
      #expect(answer.status == status, "\(example): \(answer.statusLine) \(answer.text)")
      #expect(answer["Connection"] == "close", "\(example)")
      #expect(answer.member("message")?.isEmpty == false, "\(example)")
      let rest = try client.readToEnd()
      #expect(rest.bytes.isEmpty && rest.ending == .fin, "\(example): \(rest)")
    case .incomplete:
      client.finishSending()
      let rest = try client.readToEnd()
      let text = String(decoding: rest.bytes, as: UTF8.self)
      #expect(rest.bytes.isEmpty || text == "HTTP/1.1 100 Continue\r\n\r\n", "\(example): \(text)")
    }
  }

  private func finalAnswer(_ client: RawClient, _ isHead: Bool) throws -> RawAnswer {
    while true {
      let answer = try client.readAnswer(toHEAD: isHead)
      if answer.status >= 200 { return answer }
    }
  }

  /// The codes of the HTTP layer are its reasons, in words; the contract's at this point are others.
  private static func isHTTPCode(_ code: String) -> Bool {
    ["Invalid", "Duplicate", "Missing", "Unsupported", "Conflicting"].contains {
      code.hasPrefix($0)
    }
      && ![
        "MissingApiVersionParameter", "UnsupportedApiVersionValue", "InvalidQueryParameterValue",
        "UnsupportedMediaType",
      ]
      .contains(code)
  }
}
