import Core
import EventLoop

/// The threads and sockets of a running emulator.
final class Server: Sendable {
  let core: ServerCore
  let address: SocketAddress

  private struct Running {
    var threads: [LoopThread]
    var mailboxes: [Mailbox]
  }

  private let running: Guarded<Running>

  /// How long answers that are on their way get when the server stops.
  static let grace = Duration.seconds(5)

  /// Listens and serves: when this returns, connections are accepted.
  ///
  /// - Throws: ``StartError``, or ``ConfigurationError`` for settings that cannot be used.
  init(_ configuration: Configuration) throws {
    let problems = configuration.problems
    guard problems.isEmpty,
      let wanted = SocketAddress(host: configuration.host, port: configuration.port)
    else { throw ConfigurationError(problems) }
    let sockets: [ListeningSocket]
    do {
      sockets = try ListeningSocket.open(wanted, count: configuration.threads)
    } catch {
      throw StartError.listen(wanted.authority, error)
    }
    address = sockets.first?.address ?? wanted
    do {
      core = try ServerCore(configuration, address: address)
    } catch {
      for socket in sockets { socket.close() }
      throw error
    }
    var started = Running(threads: [], mailboxes: [])
    do throws(Errno) {
      for socket in sockets {
        let connections = try Connections(server: core)
        try connections.listen(on: socket)
        started.mailboxes.append(connections.loop.mailbox)
        started.threads.append(try LoopThread { connections.run() })
      }
    } catch {
      Self.stop(started)
      throw StartError.system(error)
    }
    running = Guarded(started)
  }

  /// Stops accepting, lets answers on their way finish, and returns when all threads have ended.
  func stop() {
    let ending = running.withLock { running -> Running in
      defer { running = Running(threads: [], mailboxes: []) }
      return running
    }
    Self.stop(ending)
  }
}

extension Server {
  private static func stop(_ running: Running) {
    for mailbox in running.mailboxes {
      mailbox.post { loop in (loop.owner as? Connections)?.drain(grace: grace) }
    }
    for thread in running.threads { thread.join() }
  }
}

/// Why an emulator could not start.
public enum StartError: Error, Sendable, CustomStringConvertible {
  case listen(String, any Error & Sendable)
  case system(any Error & Sendable)

  /// What was wrong, and where.
  public var description: String {
    switch self {
    case .listen(let authority, let error): "cannot listen on \(authority): \(error)"
    case .system(let error): "\(error)"
    }
  }
}
