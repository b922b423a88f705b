import EventLoop
import HTTP1

extension Connection {
  /// Reads once and serves what is there. Epoll is level-triggered, so that what one read leaves is reported
  /// again, and a busy client takes no more than its turn.
  ///
  /// - Returns: whether something was there.
  @discardableResult
  func receive() -> Bool {
    // The buffer is the loop's: it is taken out for as long as its bytes are looked at.
    var buffer: [UInt8] = []
    swap(&buffer, &worker.loop.receiveBuffer)
    defer { swap(&buffer, &worker.loop.receiveBuffer) }
    switch transport.receive(into: &buffer) {
    case .bytes(let count):
      worker.metrics.bytesReceived(count)
      if unread.isEmpty {
        messageStart = worker.loop.now
        let consumed = serve(buffer.span.extracting(0..<count))
        if phase != .closed, phase != .lingering, consumed < count {
          unread.append(contentsOf: buffer[consumed..<count])
          compactChunks()
        }
      } else {
        unread.append(contentsOf: buffer[..<count])
        serveUnread()
      }
      return true
    case .wantRead:
      wantsWriteToRead = false
    case .wantWrite:
      wantsWriteToRead = true
    case .end:
      // A client may close its sending side and still read its answers (RFC 9112 §9.6): `advance` ends the
      // connection when all that it asked for has been answered and sent.
      peerEnded = true
    case .failed:
      end(.clientLeft)
    }
    return false
  }

  /// Serves what waits in `unread`, until it holds no whole message or an answer has to be waited for.
  func serveUnread() {
    unserved = false
    guard !unread.isEmpty, phase == .reading else { return }
    var bytes: [UInt8] = []
    swap(&bytes, &unread)
    let consumed = serve(bytes.span)
    if phase == .closed || phase == .lingering { return }
    if consumed > 0 {
      bytes.removeFirst(consumed)
      messageStart = worker.loop.now
    }
    if bytes.isEmpty, bytes.capacity > 4096 { return }
    unread = bytes
    compactChunks()
  }

  /// Answers the whole messages in `bytes`, in order.
  ///
  /// - Returns: how many bytes they took.
  private func serve(_ bytes: Span<UInt8>) -> Int {
    var start = 0
    var whole = true
    do throws(HTTPError) {
      while start < bytes.count, phase == .reading, !closesWhenSent,
        pendingOutput < Self.outputHighWater
      {
        let message = bytes.extracting(start..<bytes.count)
        guard let length = try readMessage(message) else {
          whole = false
          break
        }
        answer(message)
        start += length
        nextMessage()
      }
      unserved = whole && start < bytes.count
      if phase == .reading { setReadingDeadline(waiting: headComplete || parser.hasBegun) }
    } catch {
      refuse(error, bytes.extracting(start..<bytes.count))
    }
    return start
  }

  /// - Returns: the bytes of the first message in `message`, or nil while it is not whole.
  private func readMessage(_ message: Span<UInt8>) throws(HTTPError) -> Int? {
    if !headComplete {
      guard try parser.parse(message) else { return nil }
      headComplete = true
      if parser.head.framing == .chunked {
        chunks = ChunkedDecoder(limits: worker.httpLimits)
        chunkOffset = parser.head.length
      }
    }
    let headLength = parser.head.length
    switch parser.head.framing {
    case .none:
      return headLength
    case .length(let length):
      if message.count - headLength >= length { return headLength + length }
      if message.count == headLength { sendContinue() }
      return nil
    case .chunked:
      if message.count == headLength { sendContinue() }
      guard var decoder = chunks else { return nil }
      let (consumed, finished) = try decoder.decode(message, from: chunkOffset, into: &content)
      chunks = decoder
      chunkOffset += consumed
      return finished ? chunkOffset : nil
    }
  }

  /// RFC 9110 §10.1.1: the interim answer that a client with `Expect: 100-continue` waits for. It is not sent
  /// where the content has begun to come.
  private func sendContinue() {
    guard parser.head.expectsContinue, !continueSent else { return }
    continueSent = true
    output.append(contentsOf: Self.continueAnswer)
  }

  private static let continueAnswer = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  private func nextMessage() {
    parser.reset()
    headComplete = false
    continueSent = false
    chunks = nil
    chunkOffset = 0
    if !content.isEmpty { content = [] }
  }

  /// Chunks that were decoded are not needed again, only the head is: for the journal and for signatures.
  private func compactChunks() {
    guard chunks != nil, chunkOffset > parser.head.length, chunkOffset <= unread.count else {
      return
    }
    unread.removeSubrange(parser.head.length..<chunkOffset)
    chunkOffset = parser.head.length
  }

  private func setReadingDeadline(waiting: Bool) {
    if !waiting {
      setDeadline(after: worker.idleTimeout)
    } else if !headComplete {
      // From the message's first byte on, so that one byte now and then gains no time.
      setDeadline(at: messageStart &+ worker.headerTimeout)
    } else {
      setDeadline(at: messageStart &+ worker.idleTimeout)
    }
  }
}
