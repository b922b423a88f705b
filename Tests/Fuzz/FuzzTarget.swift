import HTTP1
import RedirectCall
import Scenarios

/// What is fed with bytes that a fuzzer makes up. None may trap, and none may take long; what they return or refuse is
/// no matter here, but for ``body``, which is held against Foundation's parser.
enum FuzzTarget: String, CaseIterable {
  case request, chunked, body, authorization, date, scenario

  func run(_ bytes: [UInt8]) {
    switch self {
    case .request: Self.request(bytes)
    case .chunked: Self.chunked(bytes)
    case .body: BodyDifferential.check(bytes)
    case .authorization: Self.authorization(bytes)
    case .date: Self.date(bytes)
    case .scenario: Self.scenario(bytes)
    }
  }

  /// Whole and byte by byte have to read the same.
  private static func request(_ bytes: [UInt8]) {
    var whole = RequestParser(limits: HTTPLimits())
    let atOnce = Result { try whole.parse(bytes.span) }
    var slow = RequestParser(limits: HTTPLimits())
    var last: Result<Bool, any Error> = .success(false)
    for count in 1...max(bytes.count, 1) where count <= bytes.count {
      let prefix = Array(bytes.prefix(count))
      last = Result { try slow.parse(prefix.span) }
      if case .success(false) = last { continue }
      break
    }
    if bytes.isEmpty { return }
    switch (atOnce, last) {
    case (.success(let a), .success(let b)):
      precondition(a == b && whole.head == slow.head, "a head is read in two ways")
    case (.failure(let a as HTTPError), .failure(let b as HTTPError)):
      precondition(a.status == b.status, "a head is refused in two ways")
    default: preconditionFailure("a head is read and refused")
    }
  }

  private static func chunked(_ bytes: [UInt8]) {
    var decoder = ChunkedDecoder(limits: HTTPLimits(maxBody: 64 * 1024))
    var content: [UInt8] = []
    _ = try? decoder.decode(bytes.span, from: 0, into: &content)
    precondition(content.count <= 64 * 1024, "more content than is allowed")
  }

  /// The bytes stand for a credential, within a request that is right.
  private static func authorization(_ bytes: [UInt8]) {
    let value = bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
    let message =
      Array(
        "POST /calling/callConnections:redirect?api-version=2026-03-12 HTTP/1.1\r\nHost: a\r\nAuthorization: "
          .utf8)
      + value
      + Array("\r\nx-ms-date: Mon, 23 Nov 2026 10:00:00 GMT\r\nx-ms-content-sha256: a\r\n\r\n".utf8)
    var parser = RequestParser(limits: HTTPLimits())
    guard (try? parser.parse(message.span)) == true else { return }
    let head = parser.head
    _ = try? UnverifiedCaller(message.span, head: head)
    guard let header = try? AuthorizationHeader(message.span, head: head) else { return }
    switch header {
    case .accessKey(let signedHeaders, let signature):
      let content: [UInt8] = []
      _ = try? AccessKeyRequest.parse(
        message.span, head: head, signedHeaders: signedHeaders, signature: signature,
        body: content.span)
    case .token(let range):
      _ = try? TokenVerifier(keys: []).verify(message.span, range)
    }
  }

  private static func date(_ bytes: [UInt8]) {
    guard let date = IMFFixdate(bytes.span, in: 0..<bytes.count) else { return }
    var again: [UInt8] = []
    date.append(to: &again)
    // A leap second is read as the second before it.
    precondition(again == bytes || bytes[23] == 0x36, "a date is not written as it was read")
  }

  private static func scenario(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self),
      let scenario = try? ScenarioDecoder.decode(text)
    else { return }
    _ = ScenarioPlan.text(scenario, requests: 3)
    _ = ScenarioChecker.warnings(scenario)
  }
}
