import Core
import EventLoop
import Glibc
import Options

/// What binds the emulator to the program that started it: a descriptor on which it says that it is ready, and standard
/// input, with whose end it ends.
struct ParentLink: Sendable {
  /// Where the ready file's document is to be written; nil for nowhere.
  private let ready: Int32?
  private let subject: String
  private let endsWithInput: Bool

  /// Takes the descriptor, before any other is opened that could get its number.
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
    // The command of exec has nothing to do with it.
    _ = fcntl(ready, F_SETFD, FD_CLOEXEC)
  }

  /// Whether there is somebody to tell.
  var wantsDocument: Bool { ready != nil }

  /// Writes the ready file's document, in one write where the descriptor takes it, and closes the descriptor.
  ///
  /// Who reads it may have gone away: the emulator serves its clients all the same.
  /// - Throws: ``Failure/output(_:)``.
  func tell(_ document: String) throws(Failure) {
    guard let ready else { return }
    let failed = StandardStreams.write(document, to: ready)
    close(ready)
    if let failed, failed != EPIPE {
      throw .output("\(subject): cannot write: \(String(cString: strerror(failed)))")
    }
  }

  /// Sends this process SIGTERM when standard input ends, where that was asked for. Call it when the signals are taken.
  ///
  /// - Parameter isOfCommand: whether a command reads standard input: nothing is taken out of it then, and it ends when
  ///   the other side of the pipe or socket is closed.
  /// - Throws: ``Failure/system(_:)``.
  func watchInput(isOfCommand: Bool) throws(Failure) {
    guard endsWithInput else { return }
    do {
      // It ends with the process.
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
    // POLLRDHUP, 0x2000, which sockets have; the Glibc module does not show it. POLLHUP and errors come unasked.
    var waiting = pollfd(fd: STDIN_FILENO, events: 0x2000, revents: 0)
    while poll(&waiting, 1, -1) < 1 {}
  }
}
