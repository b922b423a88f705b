import EventLoop
import HTTP1
import Synchronization

/// One loop's connections: accepts them, hands their requests to the loop's worker, and ends them when the server
/// stops. It is used on the loop's thread only.
final class Connections {
  let loop: EventLoop
  let server: ServerCore
  let worker: Worker
  /// Sends the events of calls.
  let deliverer: Deliverer
  let metrics: Metrics
  let limits: Configuration.Limits
  let httpLimits: HTTPLimits
  /// The limits' times in nanoseconds, for deadlines.
  let idleTimeout: UInt64
  let headerTimeout: UInt64
  private(set) var isDraining = false

  private var listeners: [Listener] = []
  private var open: [UInt64: Connection] = [:]
  private var expiryTimer: TimerID?

  init(server: ServerCore) throws(Errno) {
    loop = try EventLoop()
    self.server = server
    metrics = server.addMetrics()
    worker = Worker(server: server, loop: loop, metrics: metrics)
    deliverer = Deliverer(server: server, loop: loop, metrics: metrics)
    limits = server.configuration.limits
    httpLimits = HTTPLimits(maxHeader: limits.headerBytes, maxBody: limits.bodyBytes)
    idleTimeout = limits.idleTimeout.clampedNanoseconds
    headerTimeout = limits.headerTimeout.clampedNanoseconds
    loop.owner = self
  }

  /// Serves until the loop is stopped: the thread's whole life.
  func run() {
    do {
      try loop.run()
    } catch {
      failed(error)
    }
  }

  /// Releases everything that it holds, whether it has served or not. After that nothing is sent.
  func close() {
    for listener in listeners { listener.close() }
    listeners = []
    for connection in Array(open.values) { connection.end(.closed) }
    deliverer.close()
    loop.close()
  }

  /// Accepts connections on `socket` from now on.
  func listen(on socket: ListeningSocket, _ entrance: Entrance) throws(Errno) {
    listeners.append(
      try Listener(
        socket, on: loop,
        onAccept: { [unowned self] descriptor in accepted(descriptor, entrance) },
        onFailure: { [unowned self] error in
          failed(error)
        }))
  }

  /// Looks for unused resources now and then, as long as there are some that may expire.
  func scheduleExpiry() {
    if let expiryTimer { loop.cancel(expiryTimer) }
    expiryTimer = nil
    guard !isDraining, let pause = server.expiry.pause else { return }
    expiryTimer = loop.schedule(after: pause) { [unowned self] in
      server.removeExpired(loop.now)
      scheduleExpiry()
    }
  }

  /// Stops accepting connections, closes those that are idle, and ends the loop when the others are done or
  /// `grace` is over.
  func drain(grace: Duration) {
    if isDraining { return }
    isDraining = true
    for listener in listeners { listener.close() }
    deliverer.close()
    for connection in Array(open.values) { connection.drain() }
    if open.isEmpty { return loop.stop() }
    _ = loop.schedule(after: grace) { [self] in cut() }
  }

  /// Closes all connections, whatever they are doing, and ends the loop.
  func cut() {
    isDraining = true
    for listener in listeners { listener.close() }
    for connection in Array(open.values) { connection.end(.closed) }
    loop.stop()
  }

  /// Logs an error of the emulator itself, which no client can get as a response.
  func failed(_ error: Errno) {
    server.report("a system call failed: \(error)")
  }

  func closed(_ connection: Connection) {
    open[connection.id] = nil
    switch connection.entrance {
    case .service:
      server.openConnections.subtract(1, ordering: .relaxed)
      metrics.connectionClosed()
    case .control: server.openControlConnections.subtract(1, ordering: .relaxed)
    }
    server.log(
      .debug, "connection closed",
      fields: ["connection": .integer(Int64(clamping: connection.id))])
    if isDraining, open.isEmpty { loop.stop() }
  }

  /// Sends an event to the reader on connection `id`, if that is still open.
  func deliver(_ event: [UInt8], to id: UInt64) {
    open[id]?.deliver(event)
  }

  /// Ends the stream of the reader on connection `id`, if that is still open.
  func endStream(of id: UInt64) {
    open[id]?.endStream()
  }

  /// Passes a job's result to the connection that waits for it. If the connection is closed, the result is dropped.
  func deliver(_ outcome: Job.Outcome, of job: Job, to id: UInt64) {
    if open[id]?.deliver(outcome, of: job) ?? false { return }
    outcome.cancel()
    server.background.release(outcome)
  }

  /// The most connections that are open at one time on the control API's own port.
  private static let controlLimit = 1_000

  private func accepted(_ descriptor: Int32, _ entrance: Entrance) {
    let id = server.nextConnectionID(entrance)
    let count: Int
    switch entrance {
    case .service:
      metrics.connectionAccepted()
      count = server.openConnections.add(1, ordering: .relaxed).newValue
    case .control: count = server.openControlConnections.add(1, ordering: .relaxed).newValue
    }
    server.log(
      .debug, "connection opened", fields: ["connection": .integer(Int64(clamping: id))])
    let connection = Connection(
      id: id, socket: Socket(descriptor), entrance, connections: self)
    open[id] = connection
    do {
      try connection.start()
    } catch {
      failed(error)
      connection.end(.closed)
      return
    }
    let limit = entrance == .service ? limits.connections : Self.controlLimit
    if count > limit { return connection.refuseOverLimit(limit) }
    guard connection.hold(ConnectionMemory.ownCost, for: .itself) else {
      return connection.refuseOpening(.memoryLimitReached(server.resources.budget))
    }
    if entrance == .control { return }
    connection.begin(server.intent(forNewConnection: loop.wallClock))
  }
}
