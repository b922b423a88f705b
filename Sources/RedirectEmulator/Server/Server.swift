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
  /// - Throws: ``StartError``, or ``ConfigurationError`` for a setting that cannot be used.
  init(_ configuration: Configuration) throws {
    guard let wanted = SocketAddress(host: configuration.host, port: configuration.port) else {
      throw StartError.address(configuration.host)
    }
    let sockets: [ListeningSocket]
    do {
      sockets = try ListeningSocket.open(wanted, count: max(configuration.threads, 1))
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
        let worker = try Worker(server: core)
        try worker.listen(on: socket)
        started.mailboxes.append(worker.loop.mailbox)
        started.threads.append(try LoopThread { worker.run() })
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
      mailbox.post { loop in (loop.owner as? Worker)?.drain(grace: grace) }
    }
    for thread in running.threads { thread.join() }
  }
}

/// Why an emulator could not start.
public enum StartError: Error, Sendable, CustomStringConvertible {
  /// The host is no numeric address.
  case address(String)
  case listen(String, any Error & Sendable)
  case system(any Error & Sendable)

  /// Whether the setting is wrong, and not merely of no use at the moment.
  public var isAboutUsage: Bool {
    if case .address = self { true } else { false }
  }

  /// What was wrong, and where.
  public var description: String {
    switch self {
    case .address(let host):
      "--host \(host): expected a numeric IPv4 or IPv6 address, or localhost"
    case .listen(let authority, let error): "cannot listen on \(authority): \(error)"
    case .system(let error): "\(error)"
    }
  }
}
