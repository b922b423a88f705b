import EventLoop
import HTTP1
import Scenarios

/// One client's connection, on one loop: it turns bytes into requests, has them answered, and sends the
/// answers in order. It runs ``WirePlan``s and knows no fault by name.
///
/// RFC 9112 §9: requests that were sent together are answered one after another; while an answer waits, or
/// more than ``outputHighWater`` bytes of answers do, nothing more is read.
final class Connection: EventHandler {
  enum Phase {
    /// Nothing has come yet that tells TLS from HTTP.
    case opening
    /// In the TLS handshake.
    case handshaking
    /// Reading requests.
    case reading
    /// A plan is being run: nothing further is answered.
    case planned
    /// Events are sent as they come.
    case streaming
    /// The last answer was sent, with FIN: what still comes is read and thrown away, so that the close does
    /// not send RST before the client has read that answer (RFC 9112 §9.6).
    case lingering
    case closed
  }

  /// Bytes of unsent answers beyond which no further request is served.
  static let outputHighWater = 256 * 1024
  /// How long a closed connection's remaining bytes are read.
  static let lingerTime = Duration.seconds(2)

  let id: UInt64
  /// It holds this connection for as long as that is open, and this connection it: not unowned, because each use
  /// of such a reference counts with a locked instruction.
  let worker: Worker
  var transport: Transport

  var phase = Phase.opening
  /// What a rule has in mind for this connection's TLS.
  var tlsFault: TLSFaultParameters?
  /// Whether TLS has to write before it can read on.
  var wantsWriteToRead = false
  var parser: RequestParser
  /// Whether `parser.head` is complete and its content is awaited.
  var headComplete = false
  var continueSent = false
  var chunks: ChunkedDecoder?
  /// The content that `chunks` has decoded.
  var content: [UInt8] = []
  /// How far into the message `chunks` has read.
  var chunkOffset = 0
  /// Received and not yet served: the beginning of a message, or requests behind a running plan.
  var unread: [UInt8] = []
  /// Whether `unread` may hold a whole message that waits for its turn.
  var unserved = false
  /// When the message that is being read began to come: monotonic nanoseconds.
  var messageStart: UInt64 = 0
  /// Requests that were answered here.
  var served = 0

  var output: [UInt8] = []
  var outputOffset = 0
  /// Whether the connection ends when `output` is sent.
  var closesWhenSent = false
  /// Whether the peer has sent FIN.
  var peerEnded = false
  /// The resource that the last request belonged to: tried first for the next one.
  var lastResource: Resource?
  /// The last answered request's entry in the journal, until its answer has been handed to the kernel.
  var unsent: JournalMark?

  var run: PlanRun?
  /// The events that are sent here.
  var stream: EventSubscription?
  /// What the reader of that stream is told of first.
  var replay: EventReplay?

  private var registration: Registration?
  private var interest: Interest = .read
  private var deadline = UInt64.max
  private var timer: TimerID?
  private var timerDeadline = UInt64.max

  init(id: UInt64, socket: Socket, worker: Worker) {
    self.id = id
    self.worker = worker
    transport = Transport(socket: socket)
    parser = RequestParser(limits: worker.httpLimits)
  }

  /// Begins to serve.
  func start() throws(Errno) {
    registration = try worker.loop.register(transport.socket.descriptor, interest, handler: self)
    setDeadline(after: worker.idleTimeout)
  }

  func ready(_ readiness: Readiness) {
    if readiness.hungUp {
      // EPOLLHUP and EPOLLERR: what the peer sent before may still be read, but it takes no answer any more.
      let mayRead = phase == .reading || phase == .handshaking || phase == .opening
      if !mayRead || !readiness.readable { return end(.clientLeft) }
    }
    switch phase {
    case .opening:
      sniff()
    case .handshaking:
      handshake()
    case .reading:
      if readiness.readable || wantsWriteToRead { receive() }
    case .planned, .streaming:
      if readiness.peerClosed { return end(.clientLeft) }
    case .lingering:
      if readiness.readable { return discard() }
    case .closed:
      return
    }
    advance()
  }

  // What is waited for follows from the phase alone, in one place.
  func updateInterest() {
    guard let registration, phase != .closed else { return }
    // Not the literal `[]`, which is made by a generic initializer at run time.
    var wanted = Interest(
      rawValue: pendingOutput > 0 || wantsWriteToRead ? Interest.write.rawValue : 0)
    switch phase {
    case .opening, .handshaking:
      wanted.insert(.read)
    case .reading:
      if pendingOutput < Self.outputHighWater, !closesWhenSent, !peerEnded { wanted.insert(.read) }
    case .planned, .streaming:
      wanted.insert(.peerClosed)
    case .lingering:
      wanted.insert(.read)
    case .closed:
      break
    }
    if wanted == interest { return }
    do {
      try worker.loop.update(registration, wanted)
      interest = wanted
    } catch {
      worker.failed(error)
      end(.reset)
    }
  }

  var pendingOutput: Int { output.count - outputOffset }

  // MARK: The deadline

  /// Lets the connection wait at most this long for what its phase waits for. The loop's timer is moved only
  /// when the new deadline is sooner: otherwise it finds the new one when it fires.
  func setDeadline(after delay: Duration) {
    setDeadline(after: delay.clampedNanoseconds)
  }

  func setDeadline(after nanoseconds: UInt64) {
    let (sum, overflow) = worker.loop.now.addingReportingOverflow(nanoseconds)
    setDeadline(at: overflow ? .max : sum)
  }

  func setDeadline(at moment: UInt64) {
    deadline = moment
    if deadline < timerDeadline { armTimer() }
  }

  /// Waits without limit: a plan decides when it ends.
  func clearDeadline() {
    deadline = .max
  }

  private func armTimer() {
    if let timer { worker.loop.cancel(timer) }
    timerDeadline = deadline
    timer = worker.loop.schedule(at: deadline) { [unowned self] in
      timer = nil
      timerDeadline = .max
      if phase == .closed { return }
      if worker.loop.now >= deadline { expire() } else if deadline != .max { armTimer() }
    }
  }

  private func expire() {
    deadline = .max
    switch phase {
    case .reading where pendingOutput > 0:
      // The client does not read its answers.
      reset(.clientLeft)
    case .reading where headComplete || parser.hasBegun:
      refuseUnread(
        HTTPError(
          .requestTimeout,
          "the \(headComplete ? "content" : "head") of the request did not arrive in time"))
    case .streaming:
      keepStreamAlive()
    case .handshaking:
      worker.metrics.handshakeEnded(succeeded: false)
      end(.closed)
    case .opening, .reading, .lingering:
      end(.closed)
    case .planned:
      reset(.clientLeft)
    case .closed:
      break
    }
  }

  // MARK: The end

  /// Closes at once.
  func end(_ how: RequestEnd) {
    if phase == .closed { return }
    finishExchange(how)
    release()
    transport.close()
  }

  /// Closes with RST; what was not sent is dropped.
  func reset(_ how: RequestEnd) {
    if phase == .closed { return }
    finishExchange(how)
    release()
    transport.socket.reset()
  }

  /// Sends FIN, and closes when the peer has done so too or has been silent for a while.
  func linger() {
    if peerEnded { return end(.closed) }
    phase = .lingering
    unread = []
    content = []
    transport.shutdownWriting()
    setDeadline(after: Self.lingerTime)
    updateInterest()
  }

  private func discard() {
    // Bounded: one buffer a round, and the linger deadline over all.
    // The bytes are of no more interest, whatever protocol they are of.
    switch transport.socket.receive(into: &worker.loop.receiveBuffer) {
    case .bytes, .wouldBlock: break
    case .end, .failed: end(.closed)
    }
  }

  private func finishExchange(_ how: RequestEnd) {
    run?.finish(how, connection: self)
    run = nil
    stream?.cancel()
    stream = nil
    replay = nil
    if let unsent, pendingOutput > 0 { unsent.update(end: how) }
    unsent = nil
  }

  private func release() {
    phase = .closed
    if let timer { worker.loop.cancel(timer) }
    timer = nil
    if let registration { worker.loop.deregister(registration) }
    registration = nil
    worker.closed(self)
  }
}
