import Core
import EventLoop
import Glibc
import Synchronization

/// The threads and sockets of a running emulator.
final class Server: Sendable {
  let core: ServerCore
  let address: SocketAddress

  private struct Running {
    var threads: [LoopThread]
    var mailboxes: [Mailbox]
  }

  private let running: Guarded<Running>

  /// How much time responses that are being sent get when the server stops.
  static let grace = Duration.seconds(5)

  /// Listens and serves: when this returns, connections are accepted.
  ///
  /// - Throws: ``StartError``, or ``ConfigurationError`` for keys and certificates that cannot be used. Then everything
  ///   that was opened is closed, and the threads that were started have ended.
  init(_ checked: CheckedConfiguration) throws {
    var sockets: [ListeningSocket]
    do {
      sockets = try ListeningSocket.open(checked.address, count: checked.settings.threads)
    } catch {
      throw StartError.listen(checked.address.authority, ListenError(error, portOption: "--port"))
    }
    let address = sockets.first?.address ?? checked.address
    self.address = address
    var controlSocket: ListeningSocket?
    do {
      if let wanted = checked.controlAddress {
        do throws(Errno) {
          controlSocket = try ListeningSocket.open(wanted, count: 1).first
        } catch {
          throw StartError.listen(
            wanted.authority + " (--control-port)",
            ListenError(error, portOption: "--control-port"))
        }
      }
      core = try ServerCore(checked, address: address, controlPort: controlSocket?.address.port)
    } catch {
      for socket in sockets { socket.close() }
      controlSocket?.close()
      throw error
    }
    var started = Running(threads: [], mailboxes: [])
    do throws(Errno) {
      for _ in sockets {
        let serving = Serving(try Connections(server: core))
        try serving.listen(on: sockets.removeFirst(), .service)
        // The first loop serves it.
        if let socket = controlSocket.take() { try serving.listen(on: socket, .control) }
        let mailbox = serving.mailbox
        started.threads.append(
          try LoopThread(named: "emulator-\(address.port)") { serving.run() })
        started.mailboxes.append(mailbox)
      }
    } catch {
      for socket in sockets { socket.close() }
      controlSocket?.close()
      Self.stop(started, grace: .zero)
      core.background.stop()
      core.lookups.stop()
      throw StartError.system(error)
    }
    running = Guarded(started)
    core.housekeeper.withLock { [first = started.mailboxes.first] in $0 = first }
    core.loops.withLock { [mailboxes = started.mailboxes] in $0 = mailboxes }
  }

  /// Stops accepting, waits for responses that are being sent, and returns when all threads have ended.
  ///
  /// - Parameter grace: how much time the responses get.
  func stop(grace: Duration) {
    let ending = running.withLock { running -> Running in
      // The mailboxes stay until the end, for a caller that wants to end it at once.
      defer { running.threads = [] }
      return running
    }
    if ending.threads.isEmpty { return }
    Self.stop(ending, grace: grace)
    // After the loops, because their connections may wait for its responses.
    core.background.stop()
    // Waiting questions now get their result as it is, so they hold no reference to the server any more.
    for resource in core.resources.all { resource.hurryWaits() }
    core.lookups.stop()
    core.loops.withLock { $0 = [] }
    core.housekeeper.withLock { $0 = nil }
    running.withLock { $0.mailboxes = [] }
  }

  /// Closes what a ``stop(grace:)`` on another thread waits for, so that it returns.
  func cut() {
    for mailbox in running.withLock({ $0.mailboxes }) {
      mailbox.insist { loop in (loop.owner as? Connections)?.cut() }
    }
  }
}

extension Server {
  private static func stop(_ running: Running, grace: Duration) {
    for mailbox in running.mailboxes {
      mailbox.insist { loop in (loop.owner as? Connections)?.drain(grace: grace) }
    }
    for thread in running.threads { thread.join() }
  }
}

/// One loop's connections before their thread has started. The listener, the loop and the connections have references to each
/// other, so they would never be freed: when this object is freed, it releases them. That is at the thread's end, or at once
/// if no thread could be started.
private final class Serving {
  private let connections: Connections

  init(_ connections: Connections) {
    self.connections = connections
  }

  deinit {
    connections.close()
  }

  var mailbox: Mailbox { connections.loop.mailbox }

  func listen(on socket: ListeningSocket, _ entrance: Entrance) throws(Errno) {
    try connections.listen(on: socket, entrance)
  }

  func run() {
    connections.run()
  }
}

/// Why the emulator cannot listen on an address, and what to do about it.
package struct ListenError: Error, CustomStringConvertible {
  private let error: Errno
  /// The option for the port.
  private let portOption: String

  package init(_ error: Errno, portOption: String) {
    (self.error, self.portOption) = (error, portOption)
  }

  package var description: String { error.reason }

  /// In sentences; nil if it is not known.
  package var advice: String? {
    switch error.code {
    case EADDRINUSE:
      "Another program has this port. End it, or choose another port: '\(portOption) 0' picks a free one."
    case EADDRNOTAVAIL:
      "The address is not this machine's. '--host 127.0.0.1' is for programs on this machine, '--host 0.0.0.0' listens on all its addresses."
    case EACCES, EPERM:
      "Ports below 1024 need a privilege. Choose a higher one: '\(portOption) 0' picks a free one."
    case EAFNOSUPPORT:
      "This machine has no IPv6. Choose an IPv4 address, such as '--host 127.0.0.1'."
    default: nil
    }
  }
}

/// Why an emulator could not start.
public enum StartError: Error, Sendable, CustomStringConvertible {
  /// It cannot listen on the address: it is in use, or is not this machine's.
  case listen(String, any Error & Sendable)
  /// The system has no free descriptor or thread.
  case system(any Error & Sendable)

  /// What was wrong, and where.
  public var description: String {
    switch self {
    case .listen(_, let error as ListenError): error.advice.map { "\(reason). \($0)" } ?? reason
    case .listen, .system: reason
    }
  }

  /// The same, without advice.
  package var reason: String {
    switch self {
    case .listen(let authority, let error): "cannot listen on \(authority): \(error)"
    case .system(let error): "\(error)"
    }
  }
}
