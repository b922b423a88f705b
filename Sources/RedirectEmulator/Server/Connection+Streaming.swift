import Core
import EventLoop
import TLS

extension Connection {
  /// Sends an event. A client that has too many waiting events is disconnected.
  func deliver(_ event: [UInt8]) {
    if case .waiting(let awaited) = phase {
      // The response that begins the stream is still being made.
      let waiting = awaited.queue(event)
      guard waiting <= max(EventSubscription.backlog, event.count), hold(waiting, for: .events)
      else { return reset(.clientLeft) }
      return
    }
    guard case .streaming(let stream) = phase else { return }
    let waiting = stream.isReplaying ? stream.waiting : pendingOutput
    // A single event may be larger than the limit.
    if waiting > 0, waiting + event.count > EventSubscription.backlog {
      return leaveBehind(stream, missing: 1)
    }
    if stream.isReplaying {
      stream.queue(event)
      guard hold(output.capacity + stream.size, for: .events) else { return leaveBehind(stream) }
    } else {
      output.append(contentsOf: event)
    }
    advance()
  }

  /// Ends the stream of a resource that was removed, after the events that the reader has still to get.
  func endStream() {
    guard case .streaming(let stream) = phase else { return }
    stream.cancel()
    beginReading()
    closesWhenSent = true
    hold(0, for: .events)
    setDeadline(after: connections.idleTimeout)
    advance()
  }

  /// Uses the result of a job.
  ///
  /// - Returns: whether the connection has waited for that job.
  func deliver(_ outcome: Job.Outcome, of job: Job) -> Bool {
    guard case .waiting(let awaited) = phase, awaited.job == job else { return false }
    if let held = awaited.job.held { loop.cancel(held.timer) }
    awaited.complete(outcome)
    advance()
    return true
  }

  /// Ends the stream of a client that does not read its events. Events that it has not begun to get are dropped. If it
  /// reads on, it gets their number.
  ///
  /// - Parameter count: events that are missing already.
  func leaveBehind(_ stream: EventStream, missing count: Int = 0) {
    connections.metrics.eventReaderDropped()
    stream.cancel()
    // What libssl has encrypted has to be sent: one record at most.
    let begun = min(outputOffset + TLSSession.receiveLimit, output.count)
    var end = begun
    while end < output.count,
      end < 2 || output[end - 1] != ASCII.lineFeed || output[end - 2] != ASCII.lineFeed
    {
      end += 1
    }
    let missed = count + stream.count + EventStream.count(in: output[end...])
    var rest = Array(output[outputOffset..<end])
    if stream.types.contains(.missed) {
      rest.append(contentsOf: EventStream.missed(UInt64(clamping: missed)))
    }
    (output, outputOffset) = (rest, 0)
    beginReading()
    closesWhenSent = true
    hold(0, for: .events)
    guard hold(output.capacity, for: .output) else { return reset(.clientLeft) }
    setDeadline(after: connections.idleTimeout)
    updateInterest()
  }

  /// Shows that the stream is open, so that neither side nor anything between takes it for dead.
  func keepAlive(_ stream: EventStream) {
    if pendingOutput == 0 { output.append(contentsOf: EventStream.keepAlive) }
    setDeadline(after: EventSubscription.keepAlive)
    advance()
  }
}
