import EventLoop

extension Connection {
  /// Turns the connection into a stream of events: nothing more is read from it.
  ///
  /// - Parameter replay: what the reader is told of first.
  func beginStream(_ subscription: EventSubscription, replaying replay: EventReplay) {
    phase = .streaming
    stream = subscription
    self.replay = replay
    unread = []
    setDeadline(after: EventSubscription.keepAlive)
  }

  /// Sends an event. A client that has let too many wait is dropped.
  func deliver(_ event: [UInt8]) {
    guard phase == .streaming else { return }
    let waiting: Int
    if replay?.isOver ?? true {
      output.append(contentsOf: event)
      waiting = pendingOutput
    } else {
      replay?.append(event)
      waiting = replay?.waiting ?? 0
    }
    if waiting > EventSubscription.backlog { return reset(.clientLeft) }
    advance()
  }

  /// Says that the stream is there, so that neither side nor anything between takes it for dead.
  func keepStreamAlive() {
    if pendingOutput == 0 { output.append(contentsOf: EventStream.keepAlive) }
    setDeadline(after: EventSubscription.keepAlive)
    advance()
  }
}
