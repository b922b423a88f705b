import EventLoop

extension Connection {
  private enum Sending { case sent, blocked, ended }

  /// Sends what waits, and then goes on with what waited for that: the next step of a plan, requests that
  /// were received meanwhile, the close. The one place where a connection moves on.
  func advance() {
    while true {
      switch sendOutput() {
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
          // TLS holds records that the socket has given up already: no readiness will tell of them.
          continue
        } else if !phase.isReading {
          continue
        } else if peerEnded {
          return end(.closed)
        } else {
          return updateInterest()
        }
      case .streaming(let stream):
        guard stream.appendReplay(to: &output) else { return updateInterest() }
      case .opening, .handshaking, .lingering:
        return updateInterest()
      case .closed:
        return
      }
    }
  }

  /// Does what a plan's next turn says.
  ///
  /// - Returns: whether to go on at once.
  private func run(_ exchange: PlannedExchange) -> Bool {
    if exchange.run.isWaiting {
      updateInterest()
      return false
    }
    switch exchange.run.turn(&output) {
    case .send: return true
    case .shutdown:
      transport.shutdownWriting()
      return true
    case .wait(let duration):
      setDeadline(after: duration)
    case .hold:
      clearDeadline()
    case .keepAlive:
      ended(exchange, .answered)
      if connections.isDraining { closesWhenSent = true }
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
    exchange.end(how, time: loop.now)
  }

  private func sendOutput() -> Sending {
    while pendingOutput > 0 {
      switch transport.send(output, from: outputOffset) {
      case .bytes(let count):
        outputOffset += count
        connections.metrics.bytesSent(count)
        if case .planned(let exchange) = phase { exchange.run.sent(count) }
      case .wantRead, .wantWrite:
        guard keepOutput() else { return .ended }
        // As long as the client takes something now and then, it may be slow.
        if !phase.isStreaming { setDeadline(after: connections.idleTimeout) }
        return .blocked
      case .end, .failed:
        end(.clientLeft)
        return .ended
      }
    }
    outputOffset = 0
    // A large answer's memory is not kept for an idle connection.
    if output.capacity > 4096 { output = [] } else { output.removeAll(keepingCapacity: true) }
    unsent = nil
    settleOutput()
    return .sent
  }
}
