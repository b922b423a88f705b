import EventLoop
import HTTP1
import LibCrypto
import RedirectCall

/// One loop's share of the server: its connections and what answering needs that is not shared with the
/// other loops. All of it lives on the loop's thread.
final class Worker {
  let loop: EventLoop
  let server: ServerCore
  let limits: Configuration.Limits
  let httpLimits: HTTPLimits
  let metrics: LoopMetrics

  var dates = DateCache()
  var chainIDs = UUIDGenerator()
  var tokens = TokenCache()

  private var listener: Listener?
  private var connections: [UInt64: Connection] = [:]
  private var draining = false

  init(server: ServerCore) throws(Errno) {
    loop = try EventLoop()
    self.server = server
    limits = server.configuration.limits
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
  }

  /// Takes connections of `socket` from now on.
  func listen(on socket: ListeningSocket) throws(Errno) {
    listener = try Listener(
      socket, on: loop,
      onAccept: { [unowned self] descriptor in accepted(descriptor) },
      onFailure: { [unowned self] error in
        metrics.acceptFailures += 1
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
    server.logger?.warning("a system call failed", metadata: ["call": "\(error)"])
  }

  func closed(_ connection: Connection) {
    connections[connection.id] = nil
    server.openConnections.subtract(1, ordering: .relaxed)
    metrics.connectionsClosed += 1
    if draining, connections.isEmpty { loop.stop() }
  }

  var isDraining: Bool { draining }

  func connection(_ id: UInt64) -> Connection? { connections[id] }

  private func accepted(_ descriptor: Int32) {
    let id = server.nextConnectionID()
    metrics.connectionsAccepted += 1
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
    if open > limits.connections { connection.refuseOverLimit() }
  }
}
