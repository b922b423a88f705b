import Core
import HTTP1

/// Takes the secrets out of a request before anything is stored: the signature of an access key's
/// credential, the signature part of a token, an opaque credential as a whole, the control key, and the key of the
/// managed-identity endpoint. Each is replaced by `***`.
package enum Redaction {
  /// The text that replaces a secret.
  static let mark: StaticString = "***"

  /// The public part of a verified token, kept once for all requests that carry the token.
  package struct SharedPart {
    /// Header and payload, with the dots after them.
    package let bytes: [UInt8]
    /// Where it ends in the message: the signature begins there.
    package let end: Int
    /// Whether it is counted with this message.
    package let isCounted: Bool

    package init(_ bytes: [UInt8], upTo end: Int, isCounted: Bool) {
      self.bytes = bytes
      self.end = end
      self.isCounted = isCounted
    }

    /// Where it begins; nil if it does not end at the secret, or begins before the credential.
    fileprivate func start(until secret: Int, from credential: Int) -> Int? {
      let start = end - bytes.count
      return end == secret && start >= credential ? start : nil
    }
  }

  /// Copies a request once, without its secrets.
  /// - Parameters:
  ///   - message: the request's bytes; at least the head.
  ///   - head: the head as parsed from `message`.
  ///   - content: the content, decoded if it came in chunks.
  ///   - credentialPublicLength: the result of ``publicLength(ofCredential:in:)`` for the first `Authorization` field's
  ///     value, if it is known already (it is kept with a cached token); nil computes it.
  ///   - shared: the public part of the token in the first `Authorization` field, which is then not copied. It must be
  ///     equal to the message's bytes there.
  ///   - limit: the most bytes that are kept: the head, and as much of the content as fits after it.
  /// - Complexity: O(bytes), one allocation.
  package static func redacted(
    _ message: Span<UInt8>, head: RequestHead, content: Span<UInt8>,
    credentialPublicLength: Int? = nil, shared: SharedPart? = nil, atMost limit: Int = .max
  ) -> RecordedMessage {
    // A head that alone is larger is kept up to the limit, and not read again.
    if head.length > limit { return redacted(unparsed: message, atMost: limit) }
    let headLength = min(max(head.length, 0), message.count)
    let kept = min(content.count, limit - headLength)
    var secrets = 0
    var size = headLength + kept - (shared?.bytes.count ?? 0)
    for field in head.fields where isSecret(field, in: message) {
      secrets += 1
      size += mark.utf8CodeUnitCount
      // A token's signature is a fifth of the bytes: room for it would stay unused.
      if case .authorization? = field.known, let credentialPublicLength {
        size -= field.value.count - credentialPublicLength
      }
    }
    var known = credentialPublicLength
    var place: Int?
    var bytes: [UInt8] = []
    bytes.reserveCapacity(max(size, 0))
    var position = 0
    if secrets > 0 {
      for field in head.fields where isSecret(field, in: message) {
        guard let cut = cut(field, in: message, known: known) else { continue }
        known = nil
        let end = min(cut.upperBound, headLength)
        let start = min(max(cut.lowerBound, position), end)
        if place == nil, let shared, case .authorization? = field.known,
          let first = shared.start(until: start, from: max(field.value.lowerBound, position))
        {
          bytes.append(message, position..<first)
          place = bytes.count
        } else {
          bytes.append(message, position..<start)
        }
        bytes.append(mark)
        position = end
      }
    }
    bytes.append(message, position..<headLength)
    let storedHead = bytes.count
    bytes.append(content, 0..<kept)
    let cutBytes = content.count - kept
    if let shared, let place {
      return Self.message(
        bytes: bytes, headLength: storedHead, cutBytes: cutBytes, shared, at: place)
    }
    return Self.message(bytes: bytes, headLength: storedHead, cutBytes: cutBytes)
  }

  /// How many bytes of an `Authorization` value hold no secret and may be shown: for an access key's credential up to
  /// `Signature=`, for a token up to its signature, and for anything else the scheme's name.
  package static func publicLength(
    ofCredential value: Range<Int>, in message: Span<UInt8>
  ) -> Int {
    let credential = message.extracting(value)
    var start = 0
    while start < credential.count, credential[start] != ASCII.space { start += 1 }
    if start < credential.count {
      let scheme = start
      while start < credential.count, credential[start] == ASCII.space { start += 1 }
      if credential.holds(ignoringCase: "hmac-sha256", in: 0..<scheme) {
        return signatureStart(in: credential, from: start) ?? start
      }
    } else {
      start = 0
    }
    return tokenSignatureStart(in: credential, from: start) ?? start
  }

  private static func isSecret(_ field: FieldLine, in message: Span<UInt8>) -> Bool {
    switch field.known {
    case .authorization, .xEmulatorKey: true
    case nil:
      message.holds(ignoringCase: "proxy-authorization", in: field.name)
        || message.holds(ignoringCase: "x-identity-header", in: field.name)
    default: false
    }
  }

  private static func cut(_ field: FieldLine, in message: Span<UInt8>, known: Int?) -> Range<Int>? {
    guard !field.value.isEmpty else { return nil }
    guard case .authorization? = field.known else { return field.value }
    let kept = known ?? publicLength(ofCredential: field.value, in: message)
    guard kept < field.value.count else { return field.value.upperBound..<field.value.upperBound }
    return (field.value.lowerBound + max(kept, 0))..<field.value.upperBound
  }

  private static func signatureStart(in credential: Span<UInt8>, from start: Int) -> Int? {
    let name = "signature=".utf8.count
    var index = start
    while index + name <= credential.count {
      if credential.holds(ignoringCase: "signature=", in: index..<(index + name)) {
        return index + name
      }
      index += 1
    }
    return nil
  }

  /// Where the third part of a JWS begins; nil for anything else.
  private static func tokenSignatureStart(in credential: Span<UInt8>, from start: Int) -> Int? {
    var dots = 0
    var index = start
    while index < credential.count {
      switch credential[index] {
      case ASCII.fullStop:
        dots += 1
        if dots == 2 { return index + 1 }
      case ASCII.hyphen, ASCII.underscore: break
      case let byte where ASCII.isLetterOrDigit(byte): break
      default: return nil
      }
      index += 1
    }
    return nil
  }
}
