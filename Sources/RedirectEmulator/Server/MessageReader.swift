import HTTP1

/// Splits a connection's bytes into requests as they come. It has the state of the request that is being read, and the
/// bytes that wait for their turn. It uses no socket.
package final class MessageReader {
  // Unchecked is correct for properties that change here: a reader belongs to one connection on one thread, and calls
  // no code that has the reader.

  /// When the message that is being read began to come: monotonic nanoseconds.
  @exclusivity(unchecked) package var began: UInt64 = 0
  /// Received and not yet served: the beginning of a message, or requests after one that is being served.
  @exclusivity(unchecked) package var unread: [UInt8] = []
  /// Whether `unread` may hold a whole message that waits for its turn.
  @exclusivity(unchecked) package var hasUnserved = false
  /// Whether the head is whole and the content is awaited.
  @exclusivity(unchecked) package private(set) var headComplete = false
  /// The content of a chunked message.
  @exclusivity(unchecked) package private(set) var content: [UInt8] = []

  private let limits: HTTPLimits
  @exclusivity(unchecked) private var parser: RequestParser
  @exclusivity(unchecked) private var owesContinue = false
  @exclusivity(unchecked) private var continueSent = false
  @exclusivity(unchecked) private var chunks: ChunkedDecoder?
  /// How far into the message `chunks` has read.
  private var chunkOffset = 0

  package init(limits: HTTPLimits) {
    self.limits = limits
    parser = RequestParser(limits: limits)
  }

  /// The head, as far as it was read.
  package var head: RequestHead { parser.head }

  /// Bytes of the head, once it is whole.
  package var headLength: Int { parser.head.length }

  /// How the length of the content is given.
  package var framing: BodyFraming { parser.head.framing }

  /// Whether a message is being read.
  package var hasBegun: Bool { headComplete || parser.hasBegun }

  /// Reads the first message in `message`.
  ///
  /// - Parameter message: from the message's first byte on, with at least the bytes of the last call.
  /// - Returns: the message's length; nil while it is not whole.
  package func read(_ message: Span<UInt8>) throws(HTTPError) -> Int? {
    if !headComplete {
      guard try parser.parse(message) else { return nil }
      headComplete = true
      if parser.head.framing == .chunked {
        chunks = ChunkedDecoder(limits: limits)
        chunkOffset = parser.head.length
      }
    }
    let headLength = parser.head.length
    switch parser.head.framing {
    case .none:
      return headLength
    case .length(let length):
      if message.count - headLength >= length { return headLength + length }
      if message.count == headLength { owesContinue = parser.head.expectsContinue }
      return nil
    case .chunked:
      if message.count == headLength { owesContinue = parser.head.expectsContinue }
      guard var decoder = chunks else { return nil }
      let (consumed, finished) = try decoder.decode(message, from: chunkOffset, into: &content)
      chunks = decoder
      chunkOffset += consumed
      return finished ? chunkOffset : nil
    }
  }

  /// RFC 9110 §10.1.1: the interim response that a client with `Expect: 100-continue` waits for, once. It is not sent
  /// if the content has begun to come.
  package func takeContinue() -> [UInt8]? {
    guard owesContinue, !continueSent else { return nil }
    continueSent = true
    return Self.continueResponse
  }

  private static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  /// Prepares for the next message.
  package func next() {
    parser.reset()
    headComplete = false
    owesContinue = false
    continueSent = false
    chunks = nil
    chunkOffset = 0
    if !content.isEmpty { content = [] }
  }

  /// Keeps bytes that were not served. Of a chunked message it keeps only the head, for the journal and for signatures:
  /// the decoded bytes are not needed again.
  package func keep(_ bytes: ArraySlice<UInt8>) {
    append(bytes)
    compactChunks()
  }

  /// Takes the waiting bytes out, to serve them; ``putBack(_:served:)`` returns the rest.
  package func takeUnread() -> [UInt8] {
    hasUnserved = false
    var bytes: [UInt8] = []
    swap(&bytes, &unread)
    return bytes
  }

  /// Puts back the bytes that were not served.
  package func putBack(_ bytes: consuming [UInt8], served: Int) {
    // A large message's memory is not kept for an idle connection. (Removing all of its bytes may copy them.)
    if served == bytes.count, bytes.capacity > 4096 { return }
    if served > 0 { bytes.removeFirst(served) }
    unread = bytes
    compactChunks()
  }

  /// Drops the waiting bytes: they will not be served.
  package func dropUnread() {
    unread = []
    content = []
    hasUnserved = false
  }

  /// Bytes of memory of the message that is being read, and of what waits after it.
  package var size: Int { unread.capacity + content.capacity }

  /// The value of ``size`` after ``append(_:)``, and after the message was read further.
  package func size(receiving count: Int) -> Int {
    var decoded = content.capacity
    if chunks != nil, content.count + count > decoded { decoded = content.count + count + decoded }
    return max(unread.capacity, room(receiving: count)) + decoded
  }

  /// Appends received bytes to the waiting ones.
  package func append(_ bytes: ArraySlice<UInt8>) {
    unread.reserveCapacity(room(receiving: bytes.count))
    unread.append(contentsOf: bytes)
  }

  /// The room for this many more bytes. It is doubled, so bytes are seldom moved. A message of known length gets four
  /// times what has come of it, but no more than it needs.
  private func room(receiving count: Int) -> Int {
    let needed = unread.count + count
    if needed <= unread.capacity { return unread.capacity }
    guard headComplete, case .length(let length) = framing else {
      return max(needed, 2 * unread.capacity)
    }
    return max(needed, min(4 * needed, headLength + length))
  }

  private func compactChunks() {
    guard chunks != nil, chunkOffset > parser.head.length, chunkOffset <= unread.count else {
      return
    }
    unread.removeSubrange(parser.head.length..<chunkOffset)
    chunkOffset = parser.head.length
  }
}
