import EventLoop

extension Connection {
  /// Sends an event. A client that has let too many wait is dropped.
  func deliver(_ event: [UInt8]) {
    let waiting: Int
    if case .waiting(let awaited) = phase {
      // The response that begins the stream is still being made.
      if awaited.queue(event) > EventSubscription.backlog { reset(.clientLeft) }
      return
    }
    guard case .streaming(let stream) = phase else { return }
    if stream.isReplaying {
      waiting = stream.queue(event)
    } else {
      output.append(contentsOf: event)
      waiting = pendingOutput
    }
    if waiting > EventSubscription.backlog { return reset(.clientLeft) }
    advance()
  }

  /// Takes what a job came to.
  ///
  /// - Returns: whether the connection has waited for that job.
  func deliver(_ outcome: Job.Outcome, of job: Job) -> Bool {
    guard case .waiting(let awaited) = phase, awaited.job == job else { return false }
    awaited.complete(outcome)
    advance()
    return true
  }

  /// Says that the stream is there, so that neither side nor anything between takes it for dead.
  func keepAlive(_ stream: EventStream) {
    if pendingOutput == 0 { output.append(contentsOf: EventStream.keepAlive) }
    setDeadline(after: EventSubscription.keepAlive)
    advance()
  }
}
