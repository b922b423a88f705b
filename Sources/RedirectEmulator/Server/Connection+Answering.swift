import EventLoop
import HTTP1
import RedirectCall

extension Connection {
  /// Has a whole message answered.
  func answer(_ message: Span<UInt8>) {
    served += 1
    let head = parser.head
    switch head.framing {
    case .none:
      worker.answer(message, head, message.extracting(0..<0), self)
    case .length(let length):
      worker.answer(message, head, message.extracting(head.length..<(head.length + length)), self)
    case .chunked:
      let content = self.content
      worker.answer(message, head, content.span, self)
    }
  }

  /// Answers what cannot be read as HTTP in one way, and ends the connection: where the next message begins is
  /// not known.
  func refuse(_ error: HTTPError, _ message: Span<UInt8>) {
    worker.refuse(error, message, self)
    unread = []
    unserved = false
    closesWhenSent = true
  }

  /// Refuses what has come so far.
  func refuseUnread(_ error: HTTPError) {
    let bytes = unread
    refuse(error, bytes.span)
    advance()
  }

  /// Answers a connection that is one too many, and ends it.
  func refuseOverLimit() {
    worker.metrics.connectionRefused()
    phase = .reading
    refuseUnread(
      HTTPError(
        .tooManyConnections,
        "more than \(worker.limits.connections) connections are open; close one and try again"))
  }

  /// Goes on with requests after a plan.
  func planEnded() {
    run = nil
    phase = .reading
    if worker.isDraining { closesWhenSent = true }
    unserved = !unread.isEmpty
    messageStart = worker.loop.now
    setDeadline(after: worker.idleTimeout)
  }

  /// Ends as soon as what is being answered is.
  func drain() {
    switch phase {
    case .reading where pendingOutput > 0: closesWhenSent = true
    case .planned where !(run?.isHolding ?? false): break
    case .opening, .handshaking, .reading, .planned, .streaming: end(.closed)
    case .lingering, .closed: break
    }
  }
}
