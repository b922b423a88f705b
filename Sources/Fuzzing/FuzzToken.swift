import Core
import Foundation
import HTTP1
import LibCrypto
import RedirectCall

/// Tokens with the header and the claims of the input. If the input were base64url, as tokens are, neither the fuzzer's
/// mutations nor what it learns from comparisons would reach the two JSON readers.
enum FuzzToken {
  private static let issuer = try? DevelopmentKeys.tokenIssuer()
  private static let verifier = TokenVerifier(keys: (try? issuer?.tokenKey).map { [$0] } ?? [])

  /// The first byte says which kind. `s` makes a signed token with these claims. Any other byte makes an unsigned token
  /// with this header and, after a NUL, these claims.
  @Sendable static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let rest = Array(input.dropFirst())
    if first == UInt8(ascii: "s") {
      signed(rest)
    } else {
      let parts = rest.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
      unsigned(header: Array(parts[0]), claims: parts.count > 1 ? Array(parts[1]) : [])
    }
  }

  private static func signed(_ claims: [UInt8]) {
    guard String(validating: claims, as: UTF8.self) != nil,
      let token = try? issuer?.sign(payload: String(decoding: claims, as: UTF8.self))
    else { return }
    let bytes = Array(token.utf8)
    do {
      let verified = try verifier.verify(bytes.span, 0..<bytes.count)
      isObject(claims)
      let caller = unverified(token)
      if caller?.user != verified.claims.user || caller?.resourceID != verified.claims.resourceID {
        fatalError("two readings of one token: \(verified.claims), \(String(describing: caller))")
      }
      try? verified.check(
        now: Instant(nanoseconds: 1_800_000_000_000_000_000),
        resourceID: DevelopmentKeys.resourceID)
    } catch {
      if unverified(token)?.user != nil { fatalError("claims that only an unverified token has") }
    }
  }

  private static func unsigned(header: [UInt8], claims: [UInt8]) {
    var bytes: [UInt8] = []
    for part in [header, claims, [UInt8](repeating: 1, count: 256)] {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: ".")) }
      Base64.url.append(part.span, to: &bytes)
    }
    if (try? verifier.verify(bytes.span, 0..<bytes.count)) != nil {
      fatalError("verified without a signature")
    }
    if unverified(String(decoding: bytes, as: UTF8.self))?.user != nil { isObject(claims) }
  }

  /// What can be read from a token as it comes in a request, before it is verified.
  private static func unverified(_ token: String) -> UnverifiedCaller? {
    let message = Array("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8)
    var parser = RequestParser(limits: HTTPLimits())
    guard (try? parser.parse(message.span)) == true else { return nil }
    return try? UnverifiedCaller(message.span, head: parser.head)
  }

  private static func isObject(_ claims: [UInt8]) {
    guard (try? JSONSerialization.jsonObject(with: Data(claims))) is [String: Any] else {
      fatalError("claims that JSONSerialization refuses")
    }
  }
}
