import Core

/// Reads the response to one request from bytes as they arrive, in pieces cut anywhere. It is strict, like ``RequestParser``:
/// a message can be read in only one way, or is an error. RFC 9112 §4 to §8.
///
///     var parser = ResponseParser(to: .get)
///     while try !parser.receive(piece.span) { /* receive more; at the end of the connection: try parser.end() */ }
///     // parser.response
///
/// Interim responses (1xx) are skipped. What it keeps has limits, whatever the peer sends.
package struct ResponseParser: Sendable {
  /// What is read and kept, in bytes.
  package struct Limits: Sendable {
    /// A head, from the status line to its empty line.
    package var head: Int
    /// The content that is kept. What follows is read and counted.
    package var body: Int
    /// Interim responses.
    package var interim: Int

    package init(head: Int = 64 << 10, body: Int = 64 << 10, interim: Int = 32) {
      self.head = head
      self.body = body
      self.interim = interim
    }

    fileprivate var http: HTTPLimits {
      HTTPLimits(
        maxHeader: head, maxFields: 1_000, maxBody: .max, maxChunkExtensions: head, maxTrailer: head
      )
    }
  }

  /// The response, when it is whole.
  package var response: Response? { phase == .complete ? pending : nil }

  /// The response as far as it was read, when its head is whole: for callers that do not need all of it.
  package var partial: Response? { pending }

  /// Whether any byte of a response was received.
  package private(set) var hasBegun = false

  private let method: Method
  private let limits: Limits
  private var phase = Phase.head
  private var parser: RequestParser
  private var decoder: ChunkedDecoder
  /// The head's bytes so far.
  private var head: [UInt8] = []
  private var pending: Response?
  private var interimCount = 0
  /// Bytes of the content that are still to come, if their number is known.
  private var remaining = 0
  private var failure: ResponseError?

  private enum Phase: Sendable {
    case head, length, chunked, toEnd, complete
  }

  /// - Parameter method: of the request: the response to HEAD has no content.
  package init(to method: Method, limits: Limits = Limits()) {
    self.method = method
    self.limits = limits
    parser = RequestParser(limits: limits.http, startLine: .status)
    decoder = ChunkedDecoder(limits: limits.http)
  }

  /// Reads what has arrived.
  ///
  /// - Returns: whether the response is whole.
  /// - Throws: the same error again, if it is called after an error.
  package mutating func receive(_ bytes: Span<UInt8>) throws(ResponseError) -> Bool {
    if let failure { throw failure }
    do throws(ResponseError) {
      try read(bytes)
    } catch {
      failure = error
      throw error
    }
    return phase == .complete
  }

  /// Records that the peer has closed its side. That is the end of a response without a length, and an error
  /// in the middle of any other.
  package mutating func end() throws(ResponseError) {
    if let failure { throw failure }
    switch phase {
    case .complete: return
    case .toEnd: phase = .complete
    case .head, .length, .chunked:
      let error = ResponseError(
        !hasBegun
          ? "the connection was closed before a response came"
          : phase == .head
            ? "the connection was closed within the head of the response"
            : "the connection was closed within the content, after \(pending?.bodyCount ?? 0) bytes",
        section: "RFC 9112 §8")
      failure = error
      throw error
    }
  }

  private mutating func read(_ bytes: Span<UInt8>) throws(ResponseError) {
    if !bytes.isEmpty { hasBegun = true }
    var offset = 0
    while offset < bytes.count {
      switch phase {
      case .head: offset += try readHead(bytes.extracting(offset..<bytes.count))
      case .length:
        let count = min(remaining, bytes.count - offset)
        keep(bytes.extracting(offset..<(offset + count)))
        remaining -= count
        offset += count
        if remaining == 0 { phase = .complete }
      case .chunked: offset += try readChunks(bytes, offset)
      case .toEnd:
        keep(bytes.extracting(offset..<bytes.count))
        return
      case .complete:
        // There was no request that this could be the response to.
        pending?.keepsConnection = false
        return
      }
    }
  }

  /// - Returns: how many bytes belong to the head.
  private mutating func readHead(_ bytes: Span<UInt8>) throws(ResponseError) -> Int {
    let before = head.count
    // Bytes above the limit are ignored.
    let piece = bytes.extracting(0..<min(bytes.count, limits.head + 1 - min(before, limits.head)))
    head.append(piece, 0..<piece.count)
    let message = head
    do throws(HTTPError) {
      guard try parser.parse(message.span) else { return piece.count }
    } catch {
      throw ResponseError(error)
    }
    let count = parser.head.length - before
    try finishHead(message)
    head.removeAll(keepingCapacity: true)
    parser.reset()
    return count
  }

  private mutating func finishHead(_ message: [UInt8]) throws(ResponseError) {
    let status = parser.status
    if status == 101 {
      throw ResponseError(
        "status line: 101 Switching Protocols, which was not asked for", section: "RFC 9110 §15.2.2"
      )
    }
    if status < 200 {
      interimCount += 1
      guard interimCount <= limits.interim else {
        throw ResponseError(
          "more than \(limits.interim) interim responses", section: "RFC 9110 §15.2")
      }
      return
    }
    let isClosed = parser.head.framing == .none && !isWithoutContent(status)
    pending = Response(
      status: status,
      fields: parser.head.fields.map { line in
        Response.Field(
          String(decoding: message[line.name], as: UTF8.self),
          String(decoding: message[line.value], as: UTF8.self))
      }, body: [], bodyCount: 0, keepsConnection: parser.head.keepAlive && !isClosed)
    // RFC 9112 §6.3, in its order.
    if isWithoutContent(status) {
      phase = .complete
      return
    }
    switch parser.head.framing {
    case .chunked: phase = .chunked
    case .length(let length):
      remaining = length
      phase = length == 0 ? .complete : .length
    case .none: phase = .toEnd
    }
  }

  private func isWithoutContent(_ status: Int) -> Bool {
    method == .head || ResponseHead.isBodiless(status)
  }

  private mutating func readChunks(
    _ bytes: Span<UInt8>, _ offset: Int
  ) throws(ResponseError) -> Int {
    var decoded: [UInt8] = []
    do throws(HTTPError) {
      let (consumed, isFinished) = try decoder.decode(bytes, from: offset, into: &decoded)
      keep(decoded.span)
      if isFinished { phase = .complete }
      return consumed
    } catch {
      throw ResponseError(error)
    }
  }

  private mutating func keep(_ bytes: Span<UInt8>) {
    guard var response = pending else { return }
    pending = nil
    let room = limits.body - response.body.count
    response.body.append(bytes, 0..<min(bytes.count, max(room, 0)))
    response.bodyCount &+= bytes.count
    pending = response
  }
}
