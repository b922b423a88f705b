import EventLoop

extension Connection {
  /// Sends an event. A client that has let too many wait is dropped.
  func deliver(_ event: [UInt8]) {
    guard case .streaming(let stream) = phase else { return }
    let waiting: Int
    if stream.isReplaying {
      waiting = stream.queue(event)
    } else {
      output.append(contentsOf: event)
      waiting = pendingOutput
    }
    if waiting > EventSubscription.backlog { return reset(.clientLeft) }
    advance()
  }

  /// Says that the stream is there, so that neither side nor anything between takes it for dead.
  func keepAlive(_ stream: EventStream) {
    if pendingOutput == 0 { output.append(contentsOf: EventStream.keepAlive) }
    setDeadline(after: EventSubscription.keepAlive)
    advance()
  }
}
