import Core

/// Reads request heads from bytes as they arrive. It is strict: a message can be read in only one way, or is refused
/// at the first wrong byte. RFC 9112 §2 to §6 and §9.3.
///
///     var parser = RequestParser(limits: HTTPLimits())
///     while try !parser.parse(received.span) { /* receive more, append it */ }
///     // parser.head says where everything is in `received`; the content begins at head.length.
///     parser.reset()
///
/// The parser remembers how far it has read: a head costs the same in one piece or byte by byte.
package struct RequestParser: Sendable {
  /// The head as far as it was read; whole when `parse` has returned true. The next message uses its array of
  /// fields again.
  package internal(set) var head = RequestHead()

  let limits: HTTPLimits
  /// How the head begins. The field lines of requests and of responses have the same form, and are read by the same code.
  let startLine: StartLine
  /// Of a response.
  var status = 0
  var phase = Phase.start
  /// The next byte to look at.
  var position = 0
  /// Where the element that is being read begins.
  var start = 0
  /// Where the target's query begins, after its `?`.
  var query: Int?
  var name = 0..<0
  /// What the field lines so far say about the message as a whole.
  var semantics = FieldSemantics()

  enum Phase: UInt8, Sendable {
    case start, method, target, version, requestLineEnd
    case fieldStart, fieldName, beforeValue, fieldValue, fieldEnd, headEnd
    case complete
  }

  /// How a message begins. RFC 9112 §2.1.
  enum StartLine: UInt8, Sendable {
    case request, status
  }

  package init(limits: HTTPLimits) {
    self.init(limits: limits, startLine: .request)
  }

  init(limits: HTTPLimits, startLine: StartLine) {
    self.limits = limits
    self.startLine = startLine
    head.fields.reserveCapacity(32)
  }

  /// Whether any byte of a request line was read since the last `reset`: an empty line alone is not a request.
  package var hasBegun: Bool { phase != .start }

  /// Prepares for the next message. Its first byte is then at offset 0.
  package mutating func reset() {
    head.fields.removeAll(keepingCapacity: true)
    head.length = 0
    phase = .start
    position = 0
    query = nil
    semantics = FieldSemantics()
  }

  /// Continues to read. After an error, send its status and close the connection; another call throws the same error.
  ///
  /// - Parameter message: the message from its first byte, with at least the bytes of the last call; what
  ///   follows the head (content, further requests) is ignored.
  /// - Returns: true when `head` is complete, false when more bytes are needed.
  package mutating func parse(_ message: Span<UInt8>) throws(HTTPError) -> Bool {
    if phase == .complete { return true }
    let bytes = message.extracting(0..<min(message.count, limits.maxHeader))
    if phase.rawValue < Phase.fieldStart.rawValue {
      let isWhole =
        startLine == .request ? try parseRequestLine(bytes) : try parseStatusLine(bytes)
      guard isWhole else { return try needsMore(message.count) }
    }
    return try parseFields(bytes) ? true : needsMore(message.count)
  }

  private func needsMore(_ received: Int) throws(HTTPError) -> Bool {
    guard received >= limits.maxHeader else { return false }
    if phase == .target {
      throw HTTPError(
        .targetTooLong,
        "request line: the head is larger than \(limits.maxHeader) bytes within the request target")
    }
    throw HTTPError(
      .headerTooLarge,
      "\(place): the head is larger than the \(limits.maxHeader) bytes that are allowed")
  }

  private mutating func parseFields(_ bytes: Span<UInt8>) throws(HTTPError) -> Bool {
    var index = position
    var phase = self.phase
    defer {
      position = index
      self.phase = phase
    }
    while index < bytes.count {
      switch phase {
      case .fieldStart:
        if !ASCII.isTokenByte(bytes[index]) {
          guard bytes[index] == ASCII.carriageReturn else { throw badFieldStart(bytes[index]) }
          index += 1
          phase = .headEnd
          continue
        }
        guard head.fields.count < limits.maxFields else {
          throw HTTPError(
            .tooManyFields, "\(place): more than the \(limits.maxFields) field lines allowed")
        }
        start = index
        index += 1
        phase = .fieldName
        fallthrough
      case .fieldName:
        index = ByteScan.endOfToken(bytes, from: index)
        guard index < bytes.count else { return false }
        guard bytes[index] == ASCII.colon else { throw badFieldName(bytes[index]) }
        name = start..<index
        index += 1
        phase = .beforeValue
        fallthrough
      case .beforeValue:
        while index < bytes.count, ASCII.isWhitespace(bytes[index]) { index += 1 }
        guard index < bytes.count else { return false }
        start = index
        phase = .fieldValue
        fallthrough
      case .fieldValue:
        index = ByteScan.endOfFieldValue(bytes, from: index)
        guard index < bytes.count else { return false }
        guard bytes[index] == ASCII.carriageReturn else { throw badFieldValue(bytes[index]) }
        index += 1
        phase = .fieldEnd
        guard index < bytes.count else { return false }
        fallthrough
      case .fieldEnd:
        guard bytes[index] == ASCII.lineFeed else { throw bareCarriageReturn(bytes[index]) }
        var end = index - 1
        while end > start, ASCII.isWhitespace(bytes[end - 1]) { end -= 1 }
        let known = KnownFieldName(bytes, token: name)
        if let known { try interpret(known, start..<end, in: bytes) }
        head.fields.append(FieldLine(name: name, value: start..<end, known: known))
        index += 1
        phase = .fieldStart
      case .headEnd:
        guard bytes[index] == ASCII.lineFeed else { throw bareCarriageReturn(bytes[index]) }
        try finishHead()
        index += 1
        phase = .complete
        head.length = index
        return true
      default:
        return phase == .complete
      }
    }
    return false
  }
}
