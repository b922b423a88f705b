/// Reads request heads from bytes as they arrive: strict, so that every message has one reading or is refused
/// at the first byte that is wrong. RFC 9112 §2 to §6 and §9.3.
///
///     var parser = RequestParser(limits: HTTPLimits())
///     while try !parser.parse(received.span) { /* receive more, append it */ }
///     // parser.head tells where everything stands in `received`; the content begins at head.length.
///     parser.reset()
///
/// The parser remembers how far it came: a head costs the same in one piece or byte by byte.
package struct RequestParser: Sendable {
  /// The head read so far; whole once `parse` has returned true. Its array of fields is used again by
  /// the next message.
  package internal(set) var head = RequestHead()

  let limits: HTTPLimits
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

  package init(limits: HTTPLimits) {
    self.limits = limits
    head.fields.reserveCapacity(32)
  }

  /// Whether any byte of a request line was read since the last `reset`: an empty line alone is no request.
  package var hasBegun: Bool { phase != .start }

  /// Makes ready for the next message, whose first byte is then at offset 0.
  package mutating func reset() {
    head.fields.removeAll(keepingCapacity: true)
    head.length = 0
    phase = .start
    position = 0
    query = nil
    semantics = FieldSemantics()
  }

  /// Reads on. After an error, answer its status and close; the parser is then of no more use.
  ///
  /// - Parameter message: the message from its first byte, with at least the bytes of the last call; what
  ///   follows the head (content, further requests) may be there and is not looked at.
  /// - Returns: true when `head` is complete, false when more bytes are needed.
  package mutating func parse(_ message: Span<UInt8>) throws(HTTPError) -> Bool {
    if phase == .complete { return true }
    let bytes = message.extracting(0..<min(message.count, limits.maxHeader))
    if phase.rawValue < Phase.fieldStart.rawValue {
      guard try parseRequestLine(bytes) else { return try needsMore(message.count) }
    }
    guard try parseFields(bytes) else { return try needsMore(message.count) }
    try finishHead()
    return true
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
        while index < bytes.count, ASCII.isTokenByte(bytes[index]) { index += 1 }
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
        index = Self.endOfFieldValue(bytes, from: index)
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

  /// The first byte at `index` or after it that may not stand in a field's value; the end, where there is none.
  @inline(__always)
  static func endOfFieldValue(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    // Eight bytes at a time. The load is checked against the span's bounds, and any eight bytes are a
    // UInt64: its name says "unsafe" for types of which not every pattern is a value.
    let raw = bytes.bytes
    while bytes.count &- index >= 8 {
      let word = UInt64(
        littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
      // The lowest bit that is set marks the first byte below 0x20 or equal to 0x7F; borrows only disturb
      // the bytes above it.
      let controls = (word &- 0x2020_2020_2020_2020) & ~word
      let deletes = word ^ 0x7F7F_7F7F_7F7F_7F7F
      let found =
        (controls | ((deletes &- 0x0101_0101_0101_0101) & ~deletes)) & 0x8080_8080_8080_8080
      if found == 0 {
        index &+= 8
        continue
      }
      index &+= found.trailingZeroBitCount &>> 3
      if bytes[index] != ASCII.horizontalTab { return index }
      index &+= 1
    }
    while index < bytes.count, ASCII.isFieldValueByte(bytes[index]) { index += 1 }
    return index
  }
}
