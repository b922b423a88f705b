import EventLoop
import HTTP1
import RedirectCall
import Synchronization

/// One loop's share of the server: its connections and what answering needs that is not shared with the
/// other loops. All of it lives on the loop's thread.
final class Worker {
  let loop: EventLoop
  let server: ServerCore
  let limits: Configuration.Limits
  let httpLimits: HTTPLimits
  /// The limits' times in nanoseconds, for deadlines.
  let idleTimeout: UInt64
  let headerTimeout: UInt64
  let metrics: Metrics

  var answers = AnswerWriter()
  var tokens = TokenCache()

  private var listener: Listener?
  private var connections: [UInt64: Connection] = [:]
  private var draining = false

  init(server: ServerCore) throws(Errno) {
    loop = try EventLoop()
    self.server = server
    limits = server.configuration.limits
    idleTimeout = limits.idleTimeout.clampedNanoseconds
    headerTimeout = limits.headerTimeout.clampedNanoseconds
    httpLimits = HTTPLimits(
      maxHeader: server.configuration.limits.headerBytes,
      maxBody: server.configuration.limits.bodyBytes)
    metrics = server.addMetrics()
    loop.owner = self
  }

  /// Serves until the loop is stopped: the thread's whole life.
  func run() {
    do {
      try loop.run()
    } catch {
      failed(error)
      listener?.close()
    }
    connections = [:]
  }

  /// Takes connections of `socket` from now on.
  func listen(on socket: ListeningSocket) throws(Errno) {
    listener = try Listener(
      socket, on: loop,
      onAccept: { [unowned self] descriptor in accepted(descriptor) },
      onFailure: { [unowned self] error in
        failed(error)
      })
  }

  /// Stops taking connections, closes those that are idle, and ends the loop when the others are done or
  /// `grace` is over.
  func drain(grace: Duration) {
    if draining { return }
    draining = true
    listener?.close()
    for connection in Array(connections.values) { connection.drain() }
    if connections.isEmpty { return loop.stop() }
    _ = loop.schedule(after: grace) { [self] in
      for connection in Array(connections.values) { connection.end(.closed) }
      loop.stop()
    }
  }

  /// Something on this side went wrong that no client can be told of.
  func failed(_ error: Errno) {
    server.report("a system call failed: \(error)")
  }

  func closed(_ connection: Connection) {
    connections[connection.id] = nil
    server.openConnections.subtract(1, ordering: .relaxed)
    metrics.connectionClosed()
    if draining, connections.isEmpty { loop.stop() }
  }

  var isDraining: Bool { draining }

  func connection(_ id: UInt64) -> Connection? { connections[id] }

  private func accepted(_ descriptor: Int32) {
    let id = server.nextConnectionID()
    metrics.connectionAccepted()
    let open = server.openConnections.add(1, ordering: .relaxed).newValue
    let connection = Connection(id: id, socket: Socket(descriptor), worker: self)
    connections[id] = connection
    do {
      try connection.start()
    } catch {
      failed(error)
      connection.end(.closed)
      return
    }
    if open > limits.connections { return connection.refuseOverLimit() }
    connection.begin(server.decideConnection(ordinal: id, loop.wallClock))
  }
}
