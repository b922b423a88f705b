import Core
import HTTP1
import LibCrypto

/// A request with an access key's signature. All checks that need no key have been made, so the keys of several
/// resources can be tried on it. Contract guide, Authorization.
package struct AccessKeyRequest: Sendable {
  /// The moment that the client signed, whole seconds. Check it with `checkDate(now:)`, on the clock of the
  /// resource that has the matching key.
  package let date: IMFFixdate
  private let signature: SHA256Digest
  /// The string to sign with a gap for the host: the part before it, the part after it, then the hosts to try.
  private var bytes: [UInt8]
  private var before: Range<Int>
  private var after: Range<Int>
  private var hosts: InlineArray<4, Range<Int>>
  private var hostCount: Int

  /// Seconds that a signed date may be away from the clock.
  package static let dateTolerance: Int64 = 300
  /// Names that `SignedHeaders` may have at most.
  package static let signedHeadersLimit = 32

  /// Reads the signed headers' values and checks the body's hash.
  /// - Parameters:
  ///   - signedHeaders: the names, as `AuthorizationHeader` found them.
  ///   - signature: base64 of 32 bytes, as `AuthorizationHeader` found it.
  ///   - body: the content after any transfer coding.
  package static func parse(
    _ message: Span<UInt8>, head: RequestHead, signedHeaders: Range<Int>, signature: Range<Int>,
    body: Span<UInt8>
  ) throws(Rejection) -> AccessKeyRequest {
    guard let digest = SHA256Digest(base64: message.extracting(signature)) else {
      throw .denied(
        .hmacValidation,
        "Signature is \(signature.count) characters that are not base64 of an HMAC-SHA256: expected 44, padded."
      )
    }
    let signed = try SignedFields(message, head: head, names: signedHeaders)
    let given = message.extracting(signed.contentHash)
    guard let contentHash = SHA256Digest(base64: given) else {
      throw .denied(
        .hmacValidation,
        "x-ms-content-sha256 is \(message.quoted(signed.contentHash)), not base64 of a SHA-256 digest."
      )
    }
    let actual = SHA256.hash(body)
    guard contentHash == actual else {
      throw .denied(
        .hmacValidation,
        "x-ms-content-sha256 is \(message.quoted(signed.contentHash)), but the \(body.count) bytes of the body have \"\(actual.base64)\"."
      )
    }
    guard let date = IMFFixdate(message, in: signed.date) else {
      throw .denied(
        .hmacValidation,
        "The signed date is \(message.quoted(signed.date)), expected the form Sun, 06 Nov 1994 08:49:37 GMT."
      )
    }
    return AccessKeyRequest(message, head: head, signed: signed, date: date, signature: digest)
  }

  private init(
    _ message: Span<UInt8>, head: RequestHead, signed: SignedFields, date: IMFFixdate,
    signature: SHA256Digest
  ) {
    self.date = date
    self.signature = signature
    var bytes: [UInt8] = []
    let target = Self.pathAndQuery(head.target)
    bytes.reserveCapacity(
      head.methodBytes.count + target.count + signed.byteCount + signed.azureHost.count
        + signed.forwardedHost.count + 2)
    bytes.append(message.extracting(head.methodBytes))
    bytes.append(ASCII.lineFeed)
    bytes.append(message.extracting(target))
    bytes.append(ASCII.lineFeed)
    before = 0..<0
    for index in 0..<signed.count {
      if index > 0 { bytes.append(ASCII.semicolon) }
      if index == signed.hostIndex {
        before = 0..<bytes.count
      } else {
        bytes.append(message.extracting(signed.values[index]))
      }
    }
    after = before.upperBound..<bytes.count

    hosts = InlineArray(repeating: 0..<0)
    hostCount = 0
    let host = signed.values[signed.hostIndex]
    if !signed.azureHost.isEmpty {
      hosts[0] = bytes.count..<(bytes.count + signed.azureHost.count)
      hostCount = 1
      bytes.append(message.extracting(signed.azureHost))
    }
    if !signed.forwardedHost.isEmpty {
      hosts[hostCount] = bytes.count..<(bytes.count + signed.forwardedHost.count)
      hostCount += 1
      bytes.append(message.extracting(signed.forwardedHost))
    }
    let hostStart = bytes.count
    bytes.append(message.extracting(host))
    hosts[hostCount] = hostStart..<bytes.count
    hostCount += 1
    let name = Self.withoutPort(message, host)
    if name.count < host.count, !name.isEmpty {
      hosts[hostCount] = hostStart..<(hostStart + name.count)
      hostCount += 1
    }
    self.bytes = bytes
  }

  /// Refuses a date that is more than 5 minutes from the clock, either way.
  package func checkDate(now: Instant) throws(Rejection) {
    let (difference, overflow) = date.secondsSince1970.subtractingReportingOverflow(now.seconds)
    if overflow || difference > Self.dateTolerance || difference < -Self.dateTolerance {
      throw .denied(
        .hmacValidation,
        "The signed date is \(date), more than \(Self.dateTolerance) seconds from the clock, which says \(IMFFixdate(secondsSince1970: now.seconds))."
      )
    }
  }

  /// Whether the signature is this key's, for any of the hosts that clients sign.
  package func verify(with key: AccessKey) -> Bool {
    for index in 0..<hostCount where code(host: index, key: key) == signature { return true }
    return false
  }

  private func code(host index: Int, key: AccessKey) -> SHA256Digest {
    let span = bytes.span
    var code = HMACSHA256(key: key.hmac)
    code.update(span.extracting(before))
    code.update(span.extracting(hosts[index]))
    code.update(span.extracting(after))
    return code.finish()
  }

  /// The strings to sign that are accepted, the likeliest first.
  package var stringsToSign: [[UInt8]] {
    (0..<hostCount).map { Array(bytes[before]) + bytes[hosts[$0]] + bytes[after] }
  }

  /// Whether the client signed its host with a `/` at the end, as the Python SDK does when it is made with an endpoint
  /// that ends in one.
  package func isSignedWithTrailingSlash(key: AccessKey) -> Bool {
    (0..<hostCount).contains { index in
      let text = Array(bytes[before]) + bytes[hosts[index]] + [ASCII.slash] + bytes[after]
      return key.hmac.authenticationCode(for: text.span) == signature
    }
  }

  /// The part of the target that clients sign: for absolute-form only path and query.
  private static func pathAndQuery(_ target: RequestTarget) -> Range<Int> {
    guard target.form == .absolute else { return target.whole }
    let start = target.path.lowerBound
    return start..<max(start, target.query?.upperBound ?? target.path.upperBound)
  }

  /// The host's name without what follows its first colon outside of brackets.
  private static func withoutPort(_ message: Span<UInt8>, _ host: Range<Int>) -> Range<Int> {
    var start = host.lowerBound
    if start < host.upperBound, message[start] == ASCII.leftBracket {
      start = message.first(ASCII.rightBracket, in: host) ?? host.upperBound
    }
    return host
      .lowerBound..<(message.first(ASCII.colon, in: start..<host.upperBound) ?? host.upperBound)
  }
}
