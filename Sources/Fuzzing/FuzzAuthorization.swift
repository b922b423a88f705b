import Core
import HTTP1
import RedirectCall

/// Credentials of all kinds, together with signed fields. No request without a key is accepted.
enum FuzzAuthorization {
  private static let verifier = TokenVerifier(keys: [])
  private static let key = AccessKey.random()

  /// The input is field lines, one of which is `Authorization`.
  @Sendable static func run(_ input: [UInt8]) {
    let message =
      Array(
        "POST /calling/callConnections:redirect?api-version=2026-03-12 HTTP/1.1\r\nHost: a\r\n".utf8
      )
      + input + Array("\r\n\r\n".utf8)
    var parser = RequestParser(limits: HTTPLimits())
    guard (try? parser.parse(message.span)) == true else { return }
    let head = parser.head
    let body = message.span.extracting(head.length..<message.count)
    _ = try? UnverifiedCaller(message.span, head: head)
    guard let header = try? AuthorizationHeader(message.span, head: head) else { return }
    switch header {
    case .token(let range):
      if (try? verifier.verify(message.span, range)) != nil { fatalError("verified without a key") }
      _ = try? AccessToken(message.span, range)
    case .accessKey(let signedHeaders, let signature):
      guard
        let request = try? AccessKeyRequest.parse(
          message.span, head: head, signedHeaders: signedHeaders, signature: signature, body: body)
      else { return }
      if request.verify(with: key) { fatalError("verified with a key that nobody knows") }
      _ = request.mismatch(message.span, head: head, key: key)
      try? request.checkDate(now: Instant(nanoseconds: 1_800_000_000_000_000_000))
    }
  }
}
