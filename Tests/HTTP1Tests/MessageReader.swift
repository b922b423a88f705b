import Core
import HTTP1

/// Reads messages the way a connection does: bytes come in pieces into one buffer, and a message's bytes go
/// when it has been read.
struct MessageReader {
  struct Message: Equatable, CustomStringConvertible {
    var method: String
    var target: String
    var body: String

    var description: String { "\(method) \(target) \(body.debugDescription)" }
  }

  private(set) var messages: [Message] = []
  private(set) var error: HTTPError?

  private let limits: HTTPLimits
  private var parser: RequestParser
  private var decoder: ChunkedDecoder
  private var buffer: [UInt8] = []
  private var body: [UInt8] = []
  private var bodyOffset: Int?

  init(limits: HTTPLimits = HTTPLimits()) {
    self.limits = limits
    parser = RequestParser(limits: limits)
    decoder = ChunkedDecoder(limits: limits)
  }

  /// Whether a message has begun and is not complete.
  var isWaiting: Bool { error == nil && !buffer.isEmpty }

  mutating func receive(_ piece: some Collection<UInt8>) {
    guard error == nil else { return }
    buffer.append(contentsOf: piece)
    do throws(HTTPError) {
      while !buffer.isEmpty, try readMessage() {}
    } catch {
      self.error = error
    }
  }

  private mutating func readMessage() throws(HTTPError) -> Bool {
    // A span of a stored property keeps the whole structure from being changed.
    let buffer = self.buffer
    guard try parser.parse(buffer.span) else { return false }
    let head = parser.head
    let messageEnd: Int
    switch head.framing {
    case .none:
      messageEnd = head.length
    case .length(let length):
      guard buffer.count - head.length >= length else { return false }
      messageEnd = head.length + length
      body.append(buffer.span, head.length..<messageEnd)
    case .chunked:
      let offset = bodyOffset ?? head.length
      let (consumed, finished) = try decoder.decode(buffer.span, from: offset, into: &body)
      bodyOffset = offset + consumed
      guard finished else { return false }
      messageEnd = offset + consumed
    }
    messages.append(
      Message(
        method: text(head.methodBytes), target: text(head.target.whole),
        body: String(decoding: body, as: UTF8.self)))
    self.buffer.removeFirst(messageEnd)
    body.removeAll()
    bodyOffset = nil
    parser.reset()
    decoder.reset()
    return true
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: buffer[range], as: UTF8.self)
  }
}
