import EventLoop

extension Connection {
  private enum Sending { case sent, blocked, ended }

  /// Sends what waits, and then continues with what waited for that: the next step of a plan, requests that
  /// were received meanwhile, the close. A connection continues only here.
  func advance() {
    var allowance = Self.sentPerTurn
    while true {
      switch sendOutput(&allowance) {
      case .sent: break
      case .blocked: return updateInterest()
      case .ended: return
      }
      switch phase {
      case .planned(let exchange):
        guard run(exchange) else { return }
      case .reading(let reader):
        if closesWhenSent { return linger() }
        if reader.hasUnserved {
          serveUnread(reader)
          settleMessage(reader)
        } else if transport.hasPending, !peerEnded, !wantsWriteToRead, receive(reader) {
          // TLS holds records that the socket has delivered already, so epoll will not report them.
          continue
        } else if !phase.isReading {
          continue
        } else if peerEnded {
          return end(.closed)
        } else {
          return updateInterest()
        }
      case .waiting(let awaited):
        guard let outcome = awaited.take() else { return updateInterest() }
        goOn(with: outcome, awaited)
      case .streaming(let stream):
        guard stream.appendReplay(to: &output) else { return updateInterest() }
      case .opening, .handshaking, .lingering:
        return updateInterest()
      case .closed:
        return
      }
    }
  }

  /// Does the next turn of a plan.
  ///
  /// - Returns: whether to continue at once.
  private func run(_ exchange: PlannedExchange) -> Bool {
    if exchange.run.isWaiting {
      updateInterest()
      return false
    }
    switch exchange.run.turn(&output) {
    case .send: return true
    case .shutdown:
      noteWithheldGoodbye()
      transport.shutdownWriting()
      return true
    case .wait where connections.isDraining && !exchange.run.sendsMore,
      .hold where connections.isDraining:
      end(.closed)
      return false
    case .wait(let duration):
      setDeadline(after: duration)
    case .execute:
      exchange.execute(wallClock: loop.wallClock)
      return true
    case .hold:
      clearDeadline()
    case .keepAlive:
      ended(exchange, .answered)
      if exchange.closes || connections.isDraining { closesWhenSent = true }
      exchange.reader.hasUnserved = !exchange.reader.unread.isEmpty
      exchange.reader.began = loop.now
      setDeadline(after: connections.idleTimeout)
      return true
    case .close:
      ended(exchange, .closed)
      linger()
      return false
    case .reset:
      reset(.reset)
      return false
    }
    updateInterest()
    return false
  }

  private func ended(_ exchange: PlannedExchange, _ how: RequestEnd) {
    phase = .reading(exchange.reader)
    hold(0, for: .plan)
    exchange.end(how)
  }

  /// Uses the result of a job: all responses before it have been sent.
  private func goOn(with outcome: Job.Outcome, _ awaited: AwaitedReply) {
    switch outcome {
    case .bytes(let bytes, let closes):
      output = bytes
      closesWhenSent = closes || connections.isDraining
      let reader = awaited.reader
      reader.hasUnserved = !reader.unread.isEmpty
      reader.began = loop.now
      phase = .reading(reader)
      setDeadline(after: connections.idleTimeout)
    case .events(let bytes, let subscription, let replay):
      output = bytes
      let stream = EventStream(subscription, replaying: replay)
      if !awaited.earlyEvents.isEmpty { stream.queue(awaited.earlyEvents) }
      phase = .streaming(stream)
      // Nothing after this call is read: the stream is the last response.
      hold(0, for: .message)
      setDeadline(after: EventSubscription.keepAlive)
      // A stream would not end by itself.
      if connections.isDraining { return end(.closed) }
      if stream.isOver { endStream() }
    }
  }

  /// Drops the sent part of a large response when little of it is left. The next response then finds room after that,
  /// and the whole array does not have to grow.
  private func dropSent() {
    guard outputOffset > Self.madePerTurn, pendingOutput < Self.madePerTurn else { return }
    output.removeFirst(outputOffset)
    outputOffset = 0
  }

  /// - Parameter allowance: bytes that may be sent in this turn.
  private func sendOutput(_ allowance: inout Int) -> Sending {
    while pendingOutput > 0 {
      // The socket accepts more, so the next turn comes at once.
      if allowance == 0 {
        dropSent()
        return .blocked
      }
      switch transport.send(output, from: outputOffset, atMost: allowance) {
      case .bytes(let count):
        outputOffset += count
        allowance -= count
        connections.metrics.bytesSent(count)
        if case .planned(let exchange) = phase { exchange.run.sent(count) }
      case .wantRead, .wantWrite:
        guard keepOutput() else { return .ended }
        // A client may be slow, as long as it reads something now and then.
        if !phase.isStreaming { setDeadline(after: connections.idleTimeout) }
        dropSent()
        return .blocked
      case .end, .failed:
        end(.clientLeft)
        return .ended
      }
    }
    outputOffset = 0
    // A large response's memory is not kept for an idle connection.
    if output.capacity > Self.largeOutput {
      var sent: [UInt8] = []
      swap(&sent, &output)
      connections.server.background.release(sent)
    } else if output.capacity > 4096 {
      output = []
    } else {
      output.removeAll(keepingCapacity: true)
    }
    unsent = nil
    settleOutput()
    return .sent
  }
}
