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
      case .planned:
        guard let run, run.step(self) else { return updateInterest() }
      case .reading:
        if closesWhenSent { return linger() }
        if unserved {
          serveUnread()
        } else if transport.hasPending, !peerEnded, !wantsWriteToRead, receive() {
          // TLS holds records that the socket has given up already: no readiness will tell of them.
          continue
        } else if phase != .reading {
          continue
        } else if peerEnded {
          return end(.closed)
        } else {
          return updateInterest()
        }
      case .streaming:
        guard let more = replay?.next(), !more.isEmpty else {
          replay = nil
          return updateInterest()
        }
        output.append(contentsOf: more)
      case .opening, .handshaking, .lingering:
        return updateInterest()
      case .closed:
        return
      }
    }
  }

  private func sendOutput() -> Sending {
    while pendingOutput > 0 {
      switch transport.send(output, from: outputOffset) {
      case .bytes(let count):
        outputOffset += count
        worker.metrics.bytesSent(count)
        run?.sent(count)
      case .wantRead, .wantWrite:
        // As long as the client takes something now and then, it may be slow.
        if phase != .streaming { setDeadline(after: worker.idleTimeout) }
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
    return .sent
  }
}
