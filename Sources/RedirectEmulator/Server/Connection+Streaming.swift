import EventLoop

extension Connection {
  /// Turns the connection into a stream of events: nothing more is read from it.
  func beginStream(_ subscription: EventSubscription) {
    phase = .streaming
    stream = subscription
    unread = []
    setDeadline(after: EventSubscription.keepAlive)
  }

  /// Sends an event. A client that has let too many wait is dropped.
  func deliver(_ event: [UInt8]) {
    guard phase == .streaming else { return }
    output.append(contentsOf: event)
    if pendingOutput > EventSubscription.backlog { return reset(.clientLeft) }
    advance()
  }

  /// Says that the stream is there, so that neither side nor anything between takes it for dead.
  func keepStreamAlive() {
    if pendingOutput == 0 { output.append(contentsOf: EventStream.keepAlive) }
    setDeadline(after: EventSubscription.keepAlive)
    advance()
  }
}
