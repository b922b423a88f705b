import Core
import EventLoop
import HTTP1
import Scenarios
import TLS

/// One client's connection, on one loop: it turns bytes into requests, hands them to its ``Worker``, and does what
/// the worker's ``Reply`` says, in order. It runs ``WirePlan``s and does not know single faults.
///
/// RFC 9112 §9: the responses to pipelined requests are sent in order. While it waits for a response, or has more than
/// ``outputHighWater`` bytes of responses to send, it reads nothing more.
final class Connection: EventHandler {
  /// What the connection is doing, with what belongs to that.
  enum Phase {
    /// No byte has come that shows whether the client speaks TLS or HTTP.
    case opening(Opening?)
    /// In the TLS handshake.
    case handshaking(TLSSession)
    /// Reading requests.
    case reading(MessageReader)
    /// The response is made on the background thread: the next request waits.
    case waiting(AwaitedReply)
    /// A plan runs: the next request waits.
    case planned(PlannedExchange)
    /// Events are sent when they come.
    case streaming(EventStream)
    /// The last response was sent, with FIN. Bytes that still come are read and dropped. So the close does not send RST
    /// before the client has read that response (RFC 9112 §9.6).
    case lingering
    case closed
  }

  /// With more bytes of unsent responses than this, no further request is served.
  static let outputHighWater = 256 * 1024
  /// After this many bytes of responses other connections have their turn, even if more requests have come together.
  static let madePerTurn = 64 * 1024
  /// After this many sent bytes other connections have their turn: a client that reads as fast as this side writes must
  /// not make the others wait.
  static let sentPerTurn = 128 * 1024
  /// An output with this many bytes takes long to free, so the background thread does it.
  static let largeOutput = 1024 * 1024
  /// How long a closed connection's remaining bytes are read.
  static let lingerTime = Duration.seconds(2)
  /// The same while the server stops: enough for a client to read what was sent, and no more.
  static let lastLingerTime = Duration.milliseconds(250)

  let id: UInt64
  let entrance: Entrance
  /// They keep this connection while it is open, and this connection keeps them. The reference is not unowned, because each use
  /// of an unowned reference is counted with a locked instruction.
  let connections: Connections
  let loop: EventLoop
  // Unchecked is correct for properties that change at each request: they are used on the loop's thread only. `output`
  // is lent to the worker, which does not know the connection; nothing else is lent.

  @exclusivity(unchecked) var transport: Transport

  @exclusivity(unchecked) var phase = Phase.opening(nil)
  /// Whether TLS has to write before it can read on.
  @exclusivity(unchecked) var wantsWriteToRead = false

  @exclusivity(unchecked) var output: [UInt8] = []
  @exclusivity(unchecked) var outputOffset = 0
  /// Whether the connection ends when `output` is sent.
  @exclusivity(unchecked) var closesWhenSent = false
  /// The memory that it has taken, of the memory that clients can make the process keep.
  var memory = ConnectionMemory()
  /// Whether the peer has sent FIN.
  @exclusivity(unchecked) var peerEnded = false
  /// The resource of the last request: it is tried first for the next one.
  @exclusivity(unchecked) var lastResource: ResourceCore?
  /// The journal's mark of the last request with a response, until the response has been handed to the kernel.
  @exclusivity(unchecked) var unsent: JournalMark?

  /// The fault of a rule, on the few connections that have one.
  var faultTicket: ConnectionFaultTicket?
  /// The client's address, for a connection over TLS.
  var peer: String?

  private var registration: Registration?
  @exclusivity(unchecked) private var interest: Interest = .read
  @exclusivity(unchecked) private var deadline = UInt64.max
  private var timer: TimerID?
  @exclusivity(unchecked) private var timerDeadline = UInt64.max

  init(id: UInt64, socket: Socket, _ entrance: Entrance, connections: Connections) {
    self.id = id
    self.entrance = entrance
    self.connections = connections
    loop = connections.loop
    transport = Transport(socket: socket)
  }

  /// Begins to serve.
  func start() throws(Errno) {
    registration = try loop.register(transport.socket.descriptor, interest, handler: self)
    setDeadline(after: connections.idleTimeout)
  }

  func ready(_ readiness: Readiness) {
    if readiness.hungUp {
      // EPOLLHUP and EPOLLERR: what the peer sent before may still be read, but it accepts no response any more.
      guard readiness.readable, phase.mayRead else { return end(.clientLeft) }
    }
    switch phase {
    case .opening(let opening):
      sniff(opening)
    case .handshaking(let session):
      handshake(session)
    case .reading(let reader):
      if readiness.readable || wantsWriteToRead { receive(reader) }
      if case .reading = phase, pendingOutput > 0 { return loop.callAtEndOfRound(self) }
    case .planned, .streaming:
      if readiness.peerClosed { return end(.clientLeft) }
    case .waiting:
      break
    case .lingering:
      if readiness.readable { return discard() }
    case .closed:
      return
    }
    advance()
  }

  /// Sends the responses to what was read in this round.
  func roundEnded() {
    // It may have ended since then: another handler of the round, or a job, closes connections too.
    if case .closed = phase { return }
    advance()
  }

  // The interest follows from the phase alone, here only.
  func updateInterest() {
    guard let registration else { return }
    // Not the literal `[]`: a generic initialiser makes it at run time.
    var wanted = Interest(
      rawValue: pendingOutput > 0 || wantsWriteToRead ? Interest.write.rawValue : 0)
    switch phase {
    case .opening, .handshaking:
      wanted.insert(.read)
    case .reading:
      if pendingOutput < Self.outputHighWater, !closesWhenSent, !peerEnded { wanted.insert(.read) }
    case .planned, .streaming:
      wanted.insert(.peerClosed)
    case .waiting:
      // Not the peer's FIN: the peer may have closed its sending side and wait for the response (RFC 9112 §9.6).
      break
    case .lingering:
      wanted.insert(.read)
    case .closed:
      return
    }
    if wanted == interest { return }
    do {
      try loop.update(registration, wanted)
      interest = wanted
    } catch {
      connections.failed(error)
      end(.reset)
    }
  }

  var pendingOutput: Int { output.count - outputOffset }

  // MARK: The deadline

  /// Sets how long the connection waits at most in its phase. The loop's timer is moved only when the new deadline is
  /// sooner: otherwise it finds the new one when it fires.
  func setDeadline(after delay: Duration) {
    setDeadline(after: delay.clampedNanoseconds)
  }

  func setDeadline(after nanoseconds: UInt64) {
    let (sum, overflow) = loop.now.addingReportingOverflow(nanoseconds)
    setDeadline(at: overflow ? .max : sum)
  }

  func setDeadline(at moment: UInt64) {
    deadline = moment
    if deadline < timerDeadline { armTimer() }
  }

  /// Waits without limit: for the client, or for the end of a plan.
  func clearDeadline() {
    deadline = .max
  }

  private func armTimer() {
    if let timer { loop.cancel(timer) }
    timerDeadline = deadline
    timer = loop.schedule(at: deadline) { [unowned self] in
      timer = nil
      timerDeadline = .max
      if case .closed = phase { return }
      if loop.now >= deadline { expire() } else if deadline != .max { armTimer() }
    }
  }

  private func expire() {
    deadline = .max
    switch phase {
    case .reading where pendingOutput > 0, .waiting where pendingOutput > 0:
      // The client does not read its responses.
      reset(.clientLeft)
    case .waiting:
      // The client waits, not the server.
      break
    case .reading(let reader) where reader.hasBegun:
      refuseUnread(
        HTTPError(
          .requestTimeout,
          "the \(reader.headComplete ? "content" : "head") of the request did not arrive in time"),
        reader)
    case .streaming(let stream):
      keepAlive(stream)
    case .handshaking(let session):
      handshakeFailed(.timeout(connections.limits.headerTimeout), serverName: session.serverName)
      end(.closed)
    case .opening(let opening?) where !opening.hello.isEmpty:
      handshakeFailed(.timeout(connections.limits.headerTimeout), serverName: opening.serverName)
      end(.closed)
    case .opening, .reading, .lingering:
      end(.closed)
    case .planned(let exchange) where exchange.run.isWaiting:
      exchange.run.wake()
      advance()
    case .planned:
      // The client does not read what the plan sends.
      reset(.clientLeft)
    case .closed:
      break
    }
  }

  // MARK: The end

  /// Closes at once.
  func end(_ how: RequestEnd) {
    if case .closed = phase { return }
    if how != .clientLeft { noteWithheldGoodbye() }
    finishExchange(how)
    release()
    transport.close()
  }

  /// Closes with RST; what was not sent is dropped.
  func reset(_ how: RequestEnd) {
    if case .closed = phase { return }
    finishExchange(how)
    release()
    transport.socket.reset()
  }

  /// Sends FIN, and closes when the peer has done so too or has been silent for a while.
  func linger() {
    if peerEnded { return end(.closed) }
    phase = .lingering
    hold(0, for: .message)
    noteWithheldGoodbye()
    transport.shutdownWriting()
    setDeadline(after: connections.isDraining ? Self.lastLingerTime : Self.lingerTime)
    updateInterest()
  }

  /// Ends as soon as everything has been sent; at once if nothing is being sent or will be.
  func drain() {
    switch phase {
    case .reading where pendingOutput > 0: closesWhenSent = true
    case .planned(let exchange) where pendingOutput > 0 || exchange.run.sendsMore: break
    // A question that waits gets its response now.
    case .waiting(let awaited): awaited.job.held?.wait.hurry()
    case .opening, .handshaking, .reading, .planned, .streaming: end(.closed)
    case .lingering: setDeadline(at: min(deadline, loop.deadline(after: Self.lastLingerTime)))
    case .closed: break
    }
  }

  private func discard() {
    // This has limits: one buffer a round, and the deadline for lingering. Nobody needs these bytes, in any protocol.
    switch transport.socket.receive(into: &loop.receiveBuffer) {
    case .bytes, .wouldBlock: break
    case .end, .failed: end(.closed)
    }
  }

  private func finishExchange(_ how: RequestEnd) {
    switch phase {
    case .planned(let exchange): exchange.end(how)
    case .streaming(let stream): stream.cancel()
    case .waiting(let awaited):
      awaited.cancel()
      if let held = awaited.job.held {
        loop.cancel(held.timer)
        held.wait.cancel()
      }
    case .opening, .handshaking, .reading, .lingering, .closed: break
    }
    if let unsent, pendingOutput > 0 { unsent.update(end: how) }
    unsent = nil
  }

  private func release() {
    phase = .closed
    // Unsent bytes are dropped, so that they never reach another connection with the same descriptor.
    (output, outputOffset) = ([], 0)
    releaseMemory()
    if let timer { loop.cancel(timer) }
    timer = nil
    if let registration { loop.deregister(registration) }
    registration = nil
    connections.closed(self)
  }
}

extension Connection.Phase {
  var isReading: Bool { if case .reading = self { true } else { false } }

  var isStreaming: Bool { if case .streaming = self { true } else { false } }

  /// Whether bytes that the peer sent before it left are still needed.
  var mayRead: Bool {
    switch self {
    case .opening, .handshaking, .reading: true
    case .waiting, .planned, .streaming, .lingering, .closed: false
    }
  }
}
