import Core
import EventLoop
import Glibc
import Options

/// The connection between the emulator and the program that started it: a descriptor on which the emulator reports that
/// it is ready, and standard input; when that ends, the emulator ends.
struct ParentLink: Sendable {
  /// The descriptor for the ready file's document; nil if there is none.
  private let ready: Int32?
  private let subject: String
  private let endsWithInput: Bool

  /// Takes the descriptor before any other is opened, which could get its number.
  ///
  /// - Throws: ``Failure/usage(_:)`` if it is not open.
  init(_ values: Values) throws(Failure) {
    subject = values.subject(of: ServeOptions.readyFD)
    ready = values[ServeOptions.readyFD].map { Int32(clamping: $0) }
    endsWithInput = values[ServeOptions.exitWithStdin]
    guard let ready else { return }
    let flags = fcntl(ready, F_GETFL)
    guard flags >= 0, flags & O_ACCMODE != O_RDONLY else {
      throw .usage(["\(subject): expected a descriptor that is open for writing"])
    }
    // The command of exec must not get it.
    _ = fcntl(ready, F_SETFD, FD_CLOEXEC)
  }

  /// Whether a document is wanted.
  var wantsDocument: Bool { ready != nil }

  /// Writes the ready file's document and closes the descriptor. It is one write if the descriptor takes it.
  ///
  /// The reader may be gone: the emulator serves its clients all the same.
  /// - Throws: ``Failure/output(_:)``.
  func tell(_ document: String) throws(Failure) {
    guard let ready else { return }
    let failed = StandardStreams.write(document, to: ready)
    close(ready)
    if let failed, failed != EPIPE {
      throw .output("\(subject): cannot write: \(String(cString: strerror(failed)))")
    }
  }

  /// Sends this process SIGTERM when standard input ends, if that was asked for. Call it after the signals are taken.
  ///
  /// - Parameter isOfCommand: whether a command reads standard input. Then this reads nothing from it, and sees its end
  ///   when the other side of the pipe or socket is closed.
  /// - Throws: ``Failure/system(_:)``.
  func watchInput(isOfCommand: Bool) throws(Failure) {
    guard endsWithInput else { return }
    do {
      // The thread ends with the process.
      _ = try LoopThread(named: "stdin") {
        if isOfCommand { Self.waitForHangUp() } else { Self.readToEnd() }
        kill(getpid(), SIGTERM)
      }
    } catch {
      throw .system("\(error)")
    }
  }

  private static func readToEnd() {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count > 0 || count < 0 && errno == EINTR { continue }
      guard count < 0, errno == EAGAIN else { return }
      var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      poll(&waiting, 1, -1)
    }
  }

  private static func waitForHangUp() {
    // POLLRDHUP, 0x2000, which exists for sockets; the Glibc module does not show it. POLLHUP and errors are always
    // reported.
    var waiting = pollfd(fd: STDIN_FILENO, events: 0x2000, revents: 0)
    while poll(&waiting, 1, -1) < 1 {}
  }
}
