import EventLoop
import HTTP1

extension Connection {
  /// Reads once and serves what is there. Epoll is level-triggered, so that what one read leaves is reported
  /// again, and a busy client takes no more than its turn.
  ///
  /// - Returns: whether something was there.
  @discardableResult
  func receive(_ reader: MessageReader) -> Bool {
    // The buffer is the loop's: it is taken out for as long as its bytes are looked at.
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
      // connection when all that it asked for has been answered and sent.
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

  /// Serves what waits in the reader, until it holds no whole message or a response has to be waited for.
  func serveUnread(_ reader: MessageReader) {
    let bytes = reader.takeUnread()
    if bytes.isEmpty { return }
    let served = serve(bytes.span, reader)
    if served > 0 { reader.began = loop.now }
    reader.putBack(bytes, served: served)
  }

  /// Answers the whole messages in `bytes`, in order.
  ///
  /// - Returns: how many bytes they took, or all where no further message is read.
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

  /// The one door to the worker: it is lent the request and the output, and says what is to happen.
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

  /// Refuses what cannot be read as HTTP in one way, and ends the connection: where the next message begins is not
  /// known.
  private func refuse(_ error: HTTPError, _ message: Span<UInt8>, _ reader: MessageReader) {
    let reply = answer(message, message.extracting(0..<0), reader, fault: error)
    if case .bytes(_, let entry?) = reply { remember(entry) }
    reader.dropUnread()
    closesWhenSent = true
  }

  /// Refuses a request that there is no memory for, and gives back at once what it had: others of the round may have come
  /// with theirs, before the refusal is sent.
  func refuseForMemory(_ reader: MessageReader) {
    let bytes = reader.unread
    refuse(.memoryLimitReached(connections.server.resources.budget), bytes.span, reader)
    hold(reader.size, for: .message)
  }

  /// Refuses what has come so far.
  func refuseUnread(_ error: HTTPError, _ reader: MessageReader) {
    let bytes = reader.unread
    refuse(error, bytes.span, reader)
    advance()
  }

  private func setReadingDeadline(_ reader: MessageReader) {
    if !reader.hasBegun {
      setDeadline(after: connections.idleTimeout)
    } else if !reader.headComplete {
      // From the message's first byte on, so that one byte now and then gains no time.
      setDeadline(at: reader.began &+ connections.headerTimeout)
    } else {
      setDeadline(at: reader.began &+ connections.idleTimeout)
    }
  }
}
