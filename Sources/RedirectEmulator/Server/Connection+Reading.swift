import EventLoop
import HTTP1

extension Connection {
  /// Reads once and serves what is there. Epoll is level-triggered: bytes that one read leaves are reported again. So a
  /// busy client takes no more than its turn.
  ///
  /// - Returns: whether something was there.
  @discardableResult
  func receive(_ reader: MessageReader) -> Bool {
    // The buffer belongs to the loop: it is taken out while its bytes are read.
    var buffer: [UInt8] = []
    swap(&buffer, &loop.receiveBuffer)
    defer { swap(&buffer, &loop.receiveBuffer) }
    switch transport.receive(into: &buffer) {
    case .bytes(let count):
      received(buffer, count, reader)
      return true
    case .wantRead:
      wantsWriteToRead = false
    case .wantWrite:
      wantsWriteToRead = true
    case .end:
      // A client may close its sending side and still read its responses (RFC 9112 §9.6): `advance` ends the
      // connection when the responses to all its requests have been sent.
      peerEnded = true
    case .failed:
      end(.clientLeft)
    }
    return false
  }

  /// Serves what was received: the first `count` bytes of the buffer.
  @inline(__always)
  func received(_ buffer: [UInt8], _ count: Int, _ reader: MessageReader) {
    connections.metrics.bytesReceived(count)
    if reader.unread.isEmpty {
      reader.began = loop.now
      let served = serve(buffer.span.extracting(0..<count), reader)
      if served < count { reader.keep(buffer[served..<count]) }
    } else {
      guard hold(reader.size(receiving: count), for: .message) else {
        return refuseForMemory(reader)
      }
      reader.append(buffer[..<count])
      serveUnread(reader)
    }
    settleMessage(reader)
  }

  /// Serves the messages that wait in the reader, until no whole message is left or it has to wait for a response.
  func serveUnread(_ reader: MessageReader) {
    let bytes = reader.takeUnread()
    if bytes.isEmpty { return }
    let served = serve(bytes.span, reader)
    if served > 0 { reader.began = loop.now }
    reader.putBack(bytes, served: served)
  }

  /// Serves the whole messages in `bytes`, in order.
  ///
  /// - Returns: how many bytes they took, or all if no further message is read.
  private func serve(_ bytes: Span<UInt8>, _ reader: MessageReader) -> Int {
    var start = 0
    let made = output.count
    do throws(HTTPError) {
      while start < bytes.count, !closesWhenSent, pendingOutput < Self.outputHighWater,
        output.count - made < Self.madePerTurn
      {
        let message = bytes.extracting(start..<bytes.count)
        guard let length = try reader.read(message) else {
          if let interim = reader.takeContinue() { output.append(contentsOf: interim) }
          setReadingDeadline(reader)
          return start
        }
        let reply = answer(message, reader)
        start += length
        reader.next()
        switch reply {
        case .bytes(let closes, let entry):
          if closes { closesWhenSent = true }
          if let entry { remember(entry) }
        case .plan(let plan, let record):
          lastResource = record.resource
          reader.hasUnserved = start < bytes.count
          phase = .planned(
            PlannedExchange(
              PlanRun(plan, behind: pendingOutput), closes: plan.closes, record, then: reader))
          guard hold(plan.cost + record.cost, for: .plan) else {
            reset(.reset)
            return bytes.count
          }
          return start
        case .later(let job):
          reader.hasUnserved = start < bytes.count
          phase = .waiting(AwaitedReply(job, then: reader))
          clearDeadline()
          return start
        case .stream(let stream):
          phase = .streaming(stream)
          setDeadline(after: EventSubscription.keepAlive)
          return bytes.count
        }
      }
      reader.hasUnserved = start < bytes.count
      setReadingDeadline(reader)
      return start
    } catch {
      refuse(error, bytes.extracting(start..<bytes.count), reader)
      return bytes.count
    }
  }

  /// The only way to the worker: it gets the request and the output for a moment, and decides what happens.
  private func answer(_ message: Span<UInt8>, _ reader: MessageReader) -> Reply {
    let start = reader.headLength
    switch reader.framing {
    case .none:
      return answer(message, message.extracting(0..<0), reader)
    case .length(let length):
      return answer(message, message.extracting(start..<(start + length)), reader)
    case .chunked:
      let content = reader.content
      return answer(message, content.span, reader)
    }
  }

  private func answer(
    _ message: Span<UInt8>, _ body: Span<UInt8>, _ reader: MessageReader, fault: HTTPError? = nil
  ) -> Reply {
    let request = Request(
      message, readBy: reader, body: body, fault: fault,
      from: Request.Origin(
        connection: id, arrived: reader.began, lastResource: lastResource,
        isDraining: connections.isDraining, entrance: entrance))
    return connections.worker.answer(request, to: &output)
  }

  private func remember(_ entry: JournalMark) {
    lastResource = entry.resource
    unsent = entry
  }

  /// Refuses bytes that cannot be read as HTTP in exactly one way, and ends the connection: it is not known where the
  /// next message begins.
  private func refuse(_ error: HTTPError, _ message: Span<UInt8>, _ reader: MessageReader) {
    let reply = answer(message, message.extracting(0..<0), reader, fault: error)
    if case .bytes(_, let entry?) = reply { remember(entry) }
    reader.dropUnread()
    closesWhenSent = true
  }

  /// Refuses a request for which there is no memory, and gives back its bytes at once: other requests of this round may
  /// need them before the refusal is sent.
  func refuseForMemory(_ reader: MessageReader) {
    let bytes = reader.unread
    refuse(.memoryLimitReached(connections.server.resources.budget), bytes.span, reader)
    hold(reader.size, for: .message)
  }

  /// Refuses the part of a message that has come so far.
  func refuseUnread(_ error: HTTPError, _ reader: MessageReader) {
    let bytes = reader.unread
    refuse(error, bytes.span, reader)
    advance()
  }

  private func setReadingDeadline(_ reader: MessageReader) {
    if !reader.hasBegun {
      setDeadline(after: connections.idleTimeout)
    } else if !reader.headComplete {
      // The time counts from the message's first byte on, so a byte now and then does not extend it.
      setDeadline(at: reader.began &+ connections.headerTimeout)
    } else {
      setDeadline(at: reader.began &+ connections.idleTimeout)
    }
  }
}
