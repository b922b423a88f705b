import Glibc

/// A listening socket on one loop. Errors of accept(2) never stop it and never make it spin. If there are no
/// descriptors left, it accepts the waiting connection with a reserved one and closes it, so that the
/// client sees that at once. Then the listener pauses for a moment.
package final class Listener: EventHandler {
  package let address: SocketAddress

  private let loop: EventLoop
  private let descriptor: Int32
  private let onAccept: (Int32) -> Void
  private let onFailure: (Errno) -> Void
  private var registration: Registration?
  private var reserve: Int32 = -1
  private var resting: TimerID?

  /// How many connections it accepts in one round, so that a flood does not delay open connections.
  private static let acceptsPerRound = 64
  private static let rest = Duration.milliseconds(20)

  /// - Parameters:
  ///   - socket: bound and listening; the listener owns it, and closes it if it cannot watch it.
  ///   - onAccept: gets each new connection's descriptor, non-blocking, and owns it from then on.
  ///   - onFailure: gets each error of accept(2), for the counters and the log.
  package init(
    _ socket: ListeningSocket, on loop: EventLoop, onAccept: @escaping (Int32) -> Void,
    onFailure: @escaping (Errno) -> Void
  ) throws(Errno) {
    self.loop = loop
    descriptor = socket.descriptor
    address = socket.address
    self.onAccept = onAccept
    self.onFailure = onFailure
    keepReserve()
    do throws(Errno) {
      registration = try loop.register(descriptor, .read, handler: self)
    } catch {
      SystemCall.close(descriptor)
      if reserve >= 0 { SystemCall.close(reserve) }
      throw error
    }
  }

  package func ready(_ readiness: Readiness) {
    for _ in 0..<Self.acceptsPerRound where registration != nil {
      do {
        guard let connection = try SystemCall.accept(descriptor) else { return }
        onAccept(connection)
      } catch {
        onFailure(error)
        switch error.code {
        case ECONNABORTED, EPROTO, EPERM, ENETDOWN, EHOSTUNREACH, ENETUNREACH, ENONET, EHOSTDOWN,
          ENOPROTOOPT, EOPNOTSUPP:
          // This connection failed before it was accepted; the next one may be good (accept(2), "Error handling").
          continue
        case EMFILE, ENFILE:
          refuseOne()
          pause()
        default:
          pause()
        }
        return
      }
    }
  }

  /// Stops listening: the kernel refuses connections that were not accepted yet.
  package func close() {
    if let resting { loop.cancel(resting) }
    resting = nil
    if let registration {
      loop.deregister(registration)
      self.registration = nil
      SystemCall.close(descriptor)
      if reserve >= 0 { SystemCall.close(reserve) }
      reserve = -1
    }
  }

  private func keepReserve() {
    // Not a file such as /dev/null, which does not exist in an empty root folder.
    if reserve < 0 { reserve = (try? SystemCall.makeEventDescriptor()) ?? -1 }
  }

  private func refuseOne() {
    guard reserve >= 0 else { return }
    SystemCall.close(reserve)
    reserve = -1
    if let refused = try? SystemCall.accept(descriptor) { SystemCall.close(refused) }
    keepReserve()
  }

  private func pause() {
    guard let registration, resting == nil else { return }
    // Changing a registered descriptor fails only if the kernel has no memory; the next round
    // then tries again.
    try? loop.update(registration, [])
    resting = loop.schedule(after: Self.rest) { [self] in
      resting = nil
      keepReserve()
      try? loop.update(registration, .read)
    }
  }
}

/// Sockets that listen on one address, one for each loop.
package struct ListeningSocket: Sendable {
  package let address: SocketAddress
  let descriptor: Int32

  /// Opens `count` listening sockets on one port. If there are several, `SO_REUSEPORT` lets the kernel
  /// spread connections over them. First this checks that the port is free, since with that option
  /// two programs could share it without an error.
  ///
  /// - Parameter address: port 0 asks for any free port; all sockets then have the same.
  /// - Throws: `EADDRINUSE` if something else listens there, `EADDRNOTAVAIL`, `EACCES`.
  package static func open(_ address: SocketAddress, count: Int) throws(Errno) -> [ListeningSocket]
  {
    if count == 1 {
      return [try opened(address, sharesPort: false)]
    }
    if address.port != 0 {
      SystemCall.close(try SystemCall.listen(on: address, sharesPort: false, backlog: 1))
    }
    var sockets: [ListeningSocket] = []
    var bound = address
    do {
      for _ in 0..<count {
        let socket = try opened(bound, sharesPort: true)
        bound = socket.address
        sockets.append(socket)
      }
    } catch {
      for socket in sockets { SystemCall.close(socket.descriptor) }
      throw error
    }
    return sockets
  }

  private static func opened(_ address: SocketAddress, sharesPort: Bool) throws(Errno)
    -> ListeningSocket
  {
    let descriptor = try SystemCall.listen(on: address, sharesPort: sharesPort)
    var bound = address
    do throws(Errno) {
      bound.port = try SocketAddress.boundPort(of: descriptor)
    } catch {
      SystemCall.close(descriptor)
      throw error
    }
    return ListeningSocket(address: bound, descriptor: descriptor)
  }

  /// Closes a socket that no listener owns yet.
  package func close() {
    SystemCall.close(descriptor)
  }
}
