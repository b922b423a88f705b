import Core
import HTTP1

/// A request's credential, as ranges of its message. Contract guide, Authorization; RFC 9110 §11.6.2.
package enum AuthorizationHeader: Sendable, Equatable {
  /// `HMAC-SHA256 SignedHeaders=…&Signature=…`
  case accessKey(signedHeaders: Range<Int>, signature: Range<Int>)
  /// A JWT, sent as `Bearer <jwt>` or bare.
  case token(Range<Int>)

  /// Finds and reads the request's one `Authorization` field.
  package init(_ message: Span<UInt8>, head: RequestHead) throws(Rejection) {
    self = try .parse(message, value: Self.value(message, head: head))
  }

  /// The value of the request's one `Authorization` field, which is not empty.
  static func value(_ message: Span<UInt8>, head: RequestHead) throws(Rejection) -> Range<Int> {
    guard let value = head.value(of: .authorization), !value.isEmpty else {
      throw .denied(
        .invalidToken,
        "No credential: expected a header Authorization with Bearer <token> or HMAC-SHA256 SignedHeaders=…&Signature=…."
      )
    }
    guard head.count(of: .authorization) == 1 else {
      throw .denied(.invalidToken, "The header Authorization was sent more than once.")
    }
    return value
  }

  /// - Parameter value: where the field's value is in the message, without surrounding white space.
  package static func parse(
    _ message: Span<UInt8>, value: Range<Int>
  ) throws(Rejection) -> AuthorizationHeader {
    // A bare token is not searched to its end for a space.
    let limit = value.lowerBound + min(value.count, 32)
    var schemeEnd = value.lowerBound
    while schemeEnd < limit, !ASCII.isWhitespace(message[schemeEnd]) {
      schemeEnd += 1
    }
    if schemeEnd == limit { schemeEnd = value.upperBound }
    var start = schemeEnd
    while start < value.upperBound, ASCII.isWhitespace(message[start]) { start += 1 }
    let scheme = value.lowerBound..<schemeEnd
    let rest = start..<value.upperBound
    if message.holds(ignoringCase: "hmac-sha256", in: scheme) {
      return try parameters(message, rest)
    }
    if message.holds(ignoringCase: "bearer", in: scheme) {
      guard !rest.isEmpty else {
        throw .denied(.invalidToken, "The header Authorization has no token after Bearer.")
      }
      return .token(rest)
    }
    // A bare JWT has dots and no scheme before it; no scheme's name has a dot.
    if rest.isEmpty, message.first(ASCII.fullStop, in: scheme) != nil { return .token(scheme) }
    throw .denied(
      .invalidToken,
      "The header Authorization has neither the scheme Bearer nor HMAC-SHA256, and is not a bare JWT."
    )
  }

  private static func parameters(
    _ message: Span<UInt8>, _ range: Range<Int>
  ) throws(Rejection) -> AuthorizationHeader {
    var signedHeaders: Range<Int>?
    var signature: Range<Int>?
    var start = range.lowerBound
    while start < range.upperBound {
      let end = message.first(ASCII.ampersand, in: start..<range.upperBound) ?? range.upperBound
      guard let equals = message.first(ASCII.equalsSign, in: start..<end) else {
        throw .denied(
          .hmacValidation, "A parameter after HMAC-SHA256 has no '=': \(expectedParameters).")
      }
      let value = (equals + 1)..<end
      if message.holds(ignoringCase: "signedheaders", in: start..<equals), signedHeaders == nil {
        signedHeaders = value
      } else if message.holds(ignoringCase: "signature", in: start..<equals), signature == nil {
        signature = value
      } else {
        throw .denied(
          .hmacValidation,
          "HMAC-SHA256 is followed by \(message.quoted(start..<equals)), unknown or for the second time: \(expectedParameters)."
        )
      }
      start = end + 1
    }
    guard let signedHeaders, !signedHeaders.isEmpty, let signature, !signature.isEmpty else {
      throw .denied(
        .hmacValidation,
        "SignedHeaders or Signature is missing after HMAC-SHA256: \(expectedParameters).")
    }
    return .accessKey(signedHeaders: signedHeaders, signature: signature)
  }

  private static let expectedParameters =
    "expected SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=<base64>"
}
