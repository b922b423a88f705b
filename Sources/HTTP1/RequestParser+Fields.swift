import Core

extension RequestParser {
  /// Reads the fields that frame the message or control its connection, each when its line ends.
  mutating func interpret(
    _ known: KnownFieldName, _ value: Range<Int>, in bytes: Span<UInt8>
  ) throws(HTTPError) {
    switch known {
    case .host where startLine == .request: try readHost(value, in: bytes)
    case .contentLength: try readContentLength(value, in: bytes)
    case .transferEncoding: try readTransferEncoding(value, in: bytes)
    case .connection: try readConnection(value, in: bytes)
    case .expect where startLine == .request: try readExpect(value, in: bytes)
    default: break
    }
  }

  /// The checks that need all fields.
  mutating func finishHead() throws(HTTPError) {
    guard semantics.hasHost || head.version.minor == 0 || startLine == .status else {
      throw HTTPError(.missingHost, "head: no Host, expected exactly one in HTTP/1.1")
    }
    if semantics.isChunked {
      head.framing = .chunked
    } else if let length = semantics.contentLength {
      head.framing = .length(length)
    } else {
      head.framing = .none
    }
    head.keepAlive =
      !semantics.hasClose && (head.version.minor > 0 || semantics.hasKeepAlive)
    head.expectsContinue =
      semantics.hasExpectation && head.version.minor > 0 && head.framing != .none
      && head.framing != .length(0)
  }

  /// RFC 9110 §7.2 has an empty Host for targets without an authority. Http and https URIs always have an authority
  /// (§4.2.1), so an empty value is refused here, also with an absolute-form target. HTTP/1.0 may leave Host out, but
  /// if it is sent, it is checked in the same way.
  private mutating func readHost(_ value: Range<Int>, in bytes: Span<UInt8>) throws(HTTPError) {
    guard !semantics.hasHost else {
      throw HTTPError(.duplicateHost, "\(place): a second Host, expected exactly one")
    }
    guard AuthoritySyntax.accepts(bytes, value, port: .optionalOrRepeated) else {
      throw HTTPError(
        .invalidHost,
        value.isEmpty
          ? "\(place): an empty Host, expected a host with an optional port"
          : "\(place): the value of Host is not a host with an optional port")
    }
    semantics.hasHost = true
  }

  private mutating func readContentLength(
    _ value: Range<Int>, in bytes: Span<UInt8>
  ) throws(HTTPError) {
    guard semantics.contentLength == nil else {
      throw HTTPError(
        .duplicateContentLength, "\(place): a second Content-Length, expected one at most")
    }
    guard !semantics.isChunked else { throw conflictingFraming() }
    var length = 0
    var overflow = false
    for index in value {
      let byte = bytes[index]
      guard ASCII.isDigit(byte) else {
        throw HTTPError(
          byte == ASCII.comma ? .duplicateContentLength : .invalidContentLength,
          "\(place): \(ASCII.name(byte)) in Content-Length, expected one number in decimal digits")
      }
      // Above the limit the number does not matter any more, only that digits follow.
      if overflow { continue }
      let (tens, first) = length.multipliedReportingOverflow(by: 10)
      let (sum, second) = tens.addingReportingOverflow(Int(byte &- ASCII.zero))
      length = sum
      overflow = first || second || sum > limits.maxBody
    }
    guard !value.isEmpty else {
      throw HTTPError(.invalidContentLength, "\(place): an empty Content-Length, expected digits")
    }
    guard !overflow else {
      throw HTTPError(
        .bodyTooLarge,
        "\(place): Content-Length is above the \(limits.maxBody) bytes that are allowed")
    }
    semantics.contentLength = length
  }

  /// Only chunked is implemented. A list that has another coding in any place is 501 (RFC 9112 §6.1), also if
  /// chunked is not the last one, for which §6.3 says 400: the client has to change the same thing.
  private mutating func readTransferEncoding(
    _ value: Range<Int>, in bytes: Span<UInt8>
  ) throws(HTTPError) {
    guard !semantics.isChunked else {
      throw HTTPError(
        .invalidTransferEncoding, "\(place): a second Transfer-Encoding, expected one at most")
    }
    guard semantics.contentLength == nil else { throw conflictingFraming() }
    guard head.version.minor > 0 else {
      throw HTTPError(.invalidTransferEncoding, "\(place): Transfer-Encoding in HTTP/1.0")
    }
    guard bytes.holds(ignoringCase: "chunked", in: value) else {
      var rest = value
      while let member = Self.nextMember(of: &rest, in: bytes) {
        var end = member.lowerBound
        while end < member.upperBound, ASCII.isTokenByte(bytes[end]) { end += 1 }
        let coding = member.lowerBound..<end
        if !coding.isEmpty, !bytes.holds(ignoringCase: "chunked", in: coding) {
          throw HTTPError(
            .unsupportedTransferCoding,
            "\(place): a transfer coding that is not implemented, expected chunked alone")
        }
      }
      throw HTTPError(
        .invalidTransferEncoding,
        "\(place): the value of Transfer-Encoding is malformed, expected exactly chunked")
    }
    semantics.isChunked = true
  }

  private mutating func readConnection(
    _ value: Range<Int>, in bytes: Span<UInt8>
  ) throws(HTTPError) {
    var rest = value
    while let member = Self.nextMember(of: &rest, in: bytes) {
      // An empty member of a list is skipped. RFC 9110 §5.6.1.2.
      if member.isEmpty { continue }
      if bytes.holds(ignoringCase: "close", in: member) {
        semantics.hasClose = true
      } else if bytes.holds(ignoringCase: "keep-alive", in: member) {
        semantics.hasKeepAlive = true
      } else if !ASCII.isToken(bytes, member) {
        throw HTTPError(
          .invalidConnection, "\(place): a connection option that is not a token")
      }
    }
  }

  private mutating func readExpect(_ value: Range<Int>, in bytes: Span<UInt8>) throws(HTTPError) {
    guard !semantics.hasExpectation, bytes.holds(ignoringCase: "100-continue", in: value) else {
      throw HTTPError(
        .unsupportedExpectation,
        "\(place): an expectation that cannot be met, expected 100-continue, once")
    }
    semantics.hasExpectation = true
  }

  private func conflictingFraming() -> HTTPError {
    HTTPError(
      .conflictingFraming,
      "\(place): Content-Length and Transfer-Encoding in one message, expected one of them")
  }

  /// The next member of a comma-separated list, without white space around it; nil at the end.
  private static func nextMember(of rest: inout Range<Int>, in bytes: Span<UInt8>) -> Range<Int>? {
    guard !rest.isEmpty else { return nil }
    var end = rest.lowerBound
    while end < rest.upperBound, bytes[end] != ASCII.comma { end += 1 }
    let member = bytes.trimmed(rest.lowerBound..<end)
    rest = min(end + 1, rest.upperBound)..<rest.upperBound
    return member
  }
}

/// What a head's field lines say about the message and its connection. RFC 9112 §3.2, §6, §9.3.
struct FieldSemantics: Sendable {
  var hasHost = false
  var contentLength: Int?
  var isChunked = false
  var hasExpectation = false
  var hasClose = false
  var hasKeepAlive = false
}
