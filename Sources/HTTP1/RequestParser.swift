/// Reads the head of a request, a line at a time, as often as bytes come. Strict: every message has one reading,
/// or is refused. RFC 9112 §2-§6.
///
/// Call ``parse(_:)`` with the message's bytes from its first one on; what was scanned is not scanned again, so
/// that a head that comes byte by byte costs no more than one that comes whole.
package struct RequestParser: Sendable {
  /// The head as far as it was read; whole when ``parse(_:)`` has returned true. All offsets are from the
  /// message's first byte.
  package private(set) var head = RequestHead()

  package let limits: HTTPLimits

  private enum Stage { case requestLine, fields, complete }

  private var stage = Stage.requestLine
  private var lineStart = 0
  private var scanned = 0

  package init(limits: HTTPLimits = HTTPLimits()) {
    self.limits = limits
  }

  /// Makes ready for the next message; the memory of the field lines is kept.
  package mutating func reset() {
    var fields: [FieldLine] = []
    swap(&fields, &head.fields)
    fields.removeAll(keepingCapacity: true)
    head = RequestHead()
    swap(&fields, &head.fields)
    stage = .requestLine
    lineStart = 0
    scanned = 0
  }

  /// Reads on.
  ///
  /// - Parameter bytes: the message from its first byte, at least as many as at the call before.
  /// - Returns: whether ``head`` is whole.
  /// - Throws: ``HTTPError`` for a head that is refused, as early as that is certain.
  package mutating func parse(_ bytes: Span<UInt8>) throws(HTTPError) -> Bool {
    while stage != .complete {
      guard let lineEnd = try endOfLine(bytes) else {
        try checkUnfinished(bytes)
        return false
      }
      let line = lineStart..<lineEnd
      lineStart = lineEnd + 2
      scanned = lineStart
      if lineStart > limits.maxHeader { throw headTooLarge() }
      switch stage {
      case .requestLine:
        if line.isEmpty, line.lowerBound == 0 {
          // RFC 9112 §2.2: an empty line before the request line is passed over; a second one is not.
          continue
        }
        try readRequestLine(bytes, line)
        stage = .fields
      case .fields:
        if line.isEmpty {
          head.length = lineStart
          try finish(bytes)
          stage = .complete
        } else {
          try readFieldLine(bytes, line)
        }
      case .complete: break
      }
    }
    return true
  }

  /// Looks for the CRLF that ends the line, and refuses the bytes that no line may hold.
  private mutating func endOfLine(_ bytes: Span<UInt8>) throws(HTTPError) -> Int? {
    var index = scanned
    let count = bytes.count
    while index < count {
      let byte = bytes[index]
      if byte >= 0x20, byte != 0x7F {
        index &+= 1
        continue
      }
      switch byte {
      case 0x0D:
        guard index &+ 1 < count else {
          scanned = index
          return nil
        }
        guard bytes[index &+ 1] == 0x0A else {
          throw HTTPError(
            .badRequest,
            "\(place): CR without LF at byte \(index - lineStart + 1); a line ends with CRLF")
        }
        return index
      case 0x09 where stage == .fields:
        index &+= 1
      case 0x0A:
        throw HTTPError(
          .badRequest,
          "\(place): LF without CR at byte \(index - lineStart + 1); a line ends with CRLF")
      default:
        throw HTTPError(
          .badRequest,
          "\(place): control character 0x\(String(byte, radix: 16)) at byte \(index - lineStart + 1)"
        )
      }
    }
    scanned = index
    return nil
  }

  /// A line without an end must not grow beyond the limits.
  private func checkUnfinished(_ bytes: Span<UInt8>) throws(HTTPError) {
    if stage == .requestLine {
      // Method, version and two spaces beside the target.
      if bytes.count - lineStart > limits.maxTarget + 64 { throw targetTooLong() }
      try checkRequestLineStart(bytes)
    }
    if bytes.count > limits.maxHeader { throw headTooLarge() }
  }

  /// What is certainly no request line is refused before its end has come: a client that speaks another
  /// protocol may never send one.
  private func checkRequestLineStart(_ bytes: Span<UInt8>) throws(HTTPError) {
    var index = lineStart
    while index < scanned, index - lineStart <= 32 {
      let byte = bytes[index]
      if byte == 0x20, index > lineStart { return }
      guard ByteClass.token.contains(byte) else {
        throw HTTPError(
          .badRequest, "request line: byte \(index - lineStart + 1) is no character of a method")
      }
      index += 1
    }
    if index - lineStart > 32 {
      throw HTTPError(.notImplemented, "request line: the method has more than 32 characters")
    }
  }

  private var place: String {
    stage == .requestLine ? "request line" : "field line \(head.fields.count + 1)"
  }

  private func headTooLarge() -> HTTPError {
    HTTPError(
      .fieldsTooLarge, "the request's head has more than the \(limits.maxHeader) bytes allowed")
  }

  private func targetTooLong() -> HTTPError {
    HTTPError(
      .uriTooLong, "request line: the target has more than the \(limits.maxTarget) bytes allowed")
  }

  // MARK: Request line

  /// `method SP request-target SP HTTP-version`, with one space each. RFC 9112 §3.
  private mutating func readRequestLine(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(HTTPError)
  {
    var index = line.lowerBound
    while index < line.upperBound, ByteClass.token.contains(bytes[index]) { index &+= 1 }
    guard index > line.lowerBound, index < line.upperBound, bytes[index] == 0x20 else {
      throw HTTPError(
        .badRequest,
        "request line: expected METHOD SP TARGET SP HTTP/1.1; byte \(index - line.lowerBound + 1) is no part of a method"
      )
    }
    if index - line.lowerBound > 32 {
      throw HTTPError(.notImplemented, "request line: the method has more than 32 characters")
    }
    head.methodBytes = line.lowerBound..<index
    head.method = Method(bytes, in: head.methodBytes)
    let targetStart = index &+ 1
    var targetEnd = targetStart
    while targetEnd < line.upperBound, bytes[targetEnd] != 0x20 { targetEnd &+= 1 }
    head.target.whole = targetStart..<targetEnd
    if targetEnd - targetStart > limits.maxTarget { throw targetTooLong() }
    guard targetEnd > targetStart, targetEnd < line.upperBound else {
      throw HTTPError(
        .badRequest, "request line: expected METHOD SP TARGET SP HTTP/1.1, with one space each")
    }
    try readVersion(bytes, (targetEnd &+ 1)..<line.upperBound)
    try head.target.read(bytes, method: head.method)
  }

  /// RFC 9112 §2.3: eight characters, and the major version that is spoken here.
  private mutating func readVersion(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPError) {
    let start = range.lowerBound
    guard range.count == 8, ASCII.equals(bytes, start..<(start &+ 5), "HTTP/"),
      bytes[start &+ 6] == 0x2E, let major = ASCII.digit(bytes[start &+ 5]),
      let minor = ASCII.digit(bytes[start &+ 7])
    else {
      throw HTTPError(
        .badRequest, "request line: expected HTTP/1.1 after the target, and nothing else")
    }
    guard major == 1 else {
      throw HTTPError(
        .versionNotSupported, "HTTP/\(major).\(minor) is not spoken here; use HTTP/1.1")
    }
    head.version = HTTPVersion(major: major, minor: minor)
  }

  // MARK: Field lines

  /// `field-name ":" OWS field-value OWS`. RFC 9112 §5.
  private mutating func readFieldLine(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(HTTPError) {
    var index = line.lowerBound
    let first = bytes[index]
    if first == 0x20 || first == 0x09 {
      throw HTTPError(
        .badRequest,
        "\(place): it begins with white space; lines cannot be folded (RFC 9112 §5.2)")
    }
    while index < line.upperBound, ByteClass.token.contains(bytes[index]) { index &+= 1 }
    guard index > line.lowerBound, index < line.upperBound, bytes[index] == 0x3A else {
      let what =
        index == line.upperBound
        ? "it has no colon"
        : bytes[index] == 0x20 || bytes[index] == 0x09
          ? "white space before the colon"
          : "byte \(index - line.lowerBound + 1) is no character of a field name"
      throw HTTPError(.badRequest, "\(place): \(what); expected Name: value")
    }
    let name = line.lowerBound..<index
    var start = index &+ 1
    var end = line.upperBound
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start &+= 1 }
    while end > start, bytes[end &- 1] == 0x20 || bytes[end &- 1] == 0x09 { end &-= 1 }
    if head.fields.count >= limits.maxFields {
      throw HTTPError(
        .fieldsTooLarge, "the request has more than the \(limits.maxFields) field lines allowed")
    }
    head.fields.append(
      FieldLine(name: name, value: start..<end, known: KnownFieldName(bytes, in: name)))
  }

  // MARK: What the fields say together

  private mutating func finish(_ bytes: Span<UInt8>) throws(HTTPError) {
    var framing = FramingFields()
    for field in head.fields {
      switch field.known {
      case .host:
        framing.hosts += 1
        try HostField.check(bytes, field.value)
      case .contentLength: try framing.readLength(bytes, field.value)
      case .transferEncoding: try framing.readCoding(bytes, field.value)
      case .connection: framing.readConnection(bytes, field.value)
      case .expect:
        guard ASCII.equalsIgnoringCase(bytes, field.value, "100-continue") else {
          throw HTTPError(
            .expectationFailed, "Expect: the only expectation that is met here is 100-continue")
        }
        framing.expectsContinue = true
      default: break
      }
    }
    let isHTTP10 = head.version.minor == 0
    if framing.hosts > 1 || (framing.hosts == 0 && !isHTTP10) {
      throw HTTPError(
        .badRequest, "Host: expected exactly one field line, found \(framing.hosts) (RFC 9112 §3.2)"
      )
    }
    if framing.isChunked {
      if isHTTP10 {
        throw HTTPError(.badRequest, "Transfer-Encoding: HTTP/1.0 has none (RFC 9112 §6.1)")
      }
      if framing.length != nil {
        throw HTTPError(
          .badRequest, "Content-Length and Transfer-Encoding together (RFC 9112 §6.3)")
      }
      head.framing = .chunked
    } else if let length = framing.length {
      if length > limits.maxBody {
        throw HTTPError(
          .contentTooLarge,
          "Content-Length: \(length) is more than the \(limits.maxBody) bytes allowed")
      }
      head.framing = length == 0 ? .none : .length(length)
    }
    head.keepAlive = framing.closes ? false : !isHTTP10 || framing.keepsAlive
    head.expectsContinue = framing.expectsContinue && !isHTTP10
  }
}
