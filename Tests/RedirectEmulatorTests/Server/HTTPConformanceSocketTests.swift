import HTTP1
import RedirectEmulator
import TestSupport
import Testing

@Suite("Every conformance case is read over a socket as the parser reads it")
final class HTTPConformanceSocketTests {
  private let emulator: Emulator

  init() async throws {
    emulator = try await Emulator.start()
  }

  deinit {
    emulator.stop()
  }

  @Test("over", arguments: Scheme.allCases)
  func cases(_ scheme: Scheme) throws {
    for example in HTTPConformanceCase.all {
      // Without TLS a first byte of 22 begins TLS on this port, and is not HTTP any more.
      if scheme == .http, example.bytes.first == 22 { continue }
      do {
        try run(example, scheme)
      } catch {
        Issue.record("\(example): \(error)")
      }
    }
  }

  private func run(_ example: HTTPConformanceCase, _ scheme: Scheme) throws {
    let client = try RawClient(port: emulator.port, scheme)
    do {
      try client.send(example.bytes)
    } catch {
      // A refused message may be answered, and the connection ended, before all of it was sent.
      guard case .refused = example.expectedOverSocket else { throw error }
    }
    let isHead = example.bytes.starts(with: Array("HEAD ".utf8))
    switch example.expectedOverSocket {
    case .request:
      try expectRequests(1, client, example, isHead: isHead, mayContinue: true)
    case .requests(let count):
      // What comes behind them may be half a request: no other follows it.
      try expectRequests(count, client, example, isHead: isHead, mayContinue: false)
    case .refused(let status):
      try expectRefusal(status, client, example, isHead: isHead)
    case .requestsThenRefused(let count, let status):
      for _ in 0..<count { try expectResponse(client, example, isHead: isHead) }
      try expectRefusal(status, client, example, isHead: false)
    case .incomplete:
      client.finishSending()
      let rest = try client.readToEnd()
      let text = String(decoding: rest.bytes, as: UTF8.self)
      #expect(
        text == (example.expectsContinue ? "HTTP/1.1 100 Continue\r\n\r\n" : ""), "\(example)")
    }
  }

  /// This many responses, and then nothing: or, where the connection continues, the response to one more request, which
  /// shows that the server and the client agree where the messages end.
  private func expectRequests(
    _ count: Int, _ client: RawClient, _ example: HTTPConformanceCase, isHead: Bool,
    mayContinue: Bool
  ) throws {
    var closes = false
    for _ in 0..<count { closes = try expectResponse(client, example, isHead: isHead) }
    if mayContinue, !closes {
      try client.send("GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let next = try client.readResponse()
      #expect(next.status == 200, "\(example), then \(next.statusLine) \(next.text)")
    }
    client.finishSending()
    let rest = try client.readToEnd()
    #expect(rest.bytes.isEmpty, "\(example): \(String(decoding: rest.bytes, as: UTF8.self))")
  }

  /// A response of what lies behind the HTTP layer.
  ///
  /// - Returns: whether it says that the connection ends.
  @discardableResult
  private func expectResponse(_ client: RawClient, _ example: HTTPConformanceCase, isHead: Bool)
    throws -> Bool
  {
    let answer = try finalResponse(client, isHead)
    #expect(
      answer["x-ms-error-code"].map { !Self.codes.contains($0) } ?? (answer.status < 400),
      "\(example): \(answer.statusLine) \(answer.text)")
    #expect(answer["Date"] != nil, "\(example)")
    return answer["Connection"] == "close"
  }

  private func expectRefusal(
    _ status: Int, _ client: RawClient, _ example: HTTPConformanceCase, isHead: Bool
  ) throws {
    let answer = try finalResponse(client, isHead)
    #expect(answer.status == status, "\(example): \(answer.statusLine) \(answer.text)")
    #expect(answer["x-ms-error-code"].map(Self.codes.contains) == true, "\(example)")
    #expect(answer["Connection"] == "close", "\(example)")
    #expect(answer["Date"] != nil, "\(example)")
    #expect(answer.member("message")?.isEmpty == false, "\(example)")
    let rest = try client.readToEnd()
    #expect(rest.bytes.isEmpty && rest.ending == client.scheme.goodEnding, "\(example): \(rest)")
  }

  private func finalResponse(_ client: RawClient, _ isHead: Bool) throws -> RawResponse {
    while true {
      let answer = try client.readResponse(toHEAD: isHead)
      if answer.status >= 200 { return answer }
    }
  }

  /// The codes that only the HTTP layer gives: its reasons.
  private static let codes = Set(
    HTTPError.Reason.allCases.map { reason in
      reason.rawValue.prefix(1).uppercased() + reason.rawValue.dropFirst()
    })
}

extension HTTPConformanceCase {
  /// Whether the client waits for `100 Continue`: a server that waits for its content has sent it.
  fileprivate var expectsContinue: Bool { name.hasPrefix("100-continue") }
}
