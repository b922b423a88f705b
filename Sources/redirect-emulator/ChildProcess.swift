import CSystem
import Core
import Glibc
import Options

/// The command that `exec` runs. It is started as `exec` itself was, except for the environment. Signals are passed on
/// to it, and `exec` waits for it.
struct ChildProcess {
  /// Signals by which a user or a supervisor ends or changes a running program: the command gets them too.
  static let forwardedSignals: Set<Int32> = Signals.ending.union([
    SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT,
  ])

  private let pid: pid_t

  /// How long the command has to be stopped before `exec` stops too: a stop from the terminal stops both.
  private static let stopDelay = Duration.milliseconds(50)

  /// Starts `command`, found by PATH, with the signal mask and the dispositions that were found. Call it on the main
  /// thread: if that thread ends first, the command gets SIGTERM.
  ///
  /// The command stays in this process's group, so a terminal's Ctrl-C reaches it without this process.
  ///
  /// - Throws: ``Failure/command(_:status:)``: 127 if there is no such command, else 126.
  init(_ command: [Word], environment: [Word], found: FoundSignals) throws(Failure) {
    pid = try Self.start(command, environment: environment, found: found, streams: nil, by: "exec")
  }

  /// Starts a command, as ``init(_:environment:found:)`` does.
  ///
  /// - Parameters:
  ///   - streams: the descriptors that become its standard streams; it then leads a process group of its own. nil
  ///     leaves it the streams and the group of this process.
  ///   - caller: the command of this program, for messages.
  /// - Returns: the process id.
  /// - Throws: ``Failure/command(_:status:)``.
  static func start(
    _ command: [Word], environment: [Word], found: FoundSignals, streams: [Int32]?,
    by caller: String
  ) throws(Failure) -> pid_t {
    guard let name = command.first else { throw .usage(["\(caller): no command"]) }
    let files = SearchPath.files(name)
    var outcome = spawn(files, command, environment, found, streams)
    if outcome.pid == -ENOEXEC, outcome.tried >= 0, SearchPath.isText(files[outcome.tried]) {
      // A script without `#!`, which the shell runs: execvp(3), and sh(1) of POSIX.
      let shell = Word("/bin/sh")
      outcome = spawn(
        [shell], [shell, files[outcome.tried]] + command.dropFirst(), environment, found, streams)
    }
    if outcome.pid < 0 {
      throw .command(
        "\(caller): \(name.shown): \(String(cString: strerror(-outcome.pid)))",
        status: outcome.pid == -ENOENT ? 127 : 126)
    }
    return outcome.pid
  }

  /// - Returns: the process id; or an error's number, negated, and the file that the error is about.
  private static func spawn(
    _ files: [Word], _ command: [Word], _ environment: [Word], _ found: FoundSignals,
    _ streams: [Int32]?
  ) -> (pid: pid_t, tried: Int) {
    let files = files.map(copy) + [nil]
    let arguments = command.map(copy) + [nil]
    let variables = environment.map(copy) + [nil]
    defer {
      for pointer in files + arguments + variables { free(pointer) }
    }
    var mask = found.mask
    var tried: Int32 = -1
    let pid =
      if let streams {
        csystem_spawn(files, arguments, variables, &mask, found.ignored, streams, &tried)
      } else {
        csystem_spawn(files, arguments, variables, &mask, found.ignored, nil, &tried)
      }
    return (pid, Int(tried))
  }

  /// The bytes with a NUL after them. The caller frees them.
  private static func copy(_ word: Word) -> UnsafeMutablePointer<CChar>? {
    word.bytes.withCString { strdup($0) }
  }

  /// Waits until the command has ended, and passes on the signals that come meanwhile. Other children are reaped: the
  /// first process of a container inherits orphans.
  ///
  /// - Parameter onSignal: called with a signal before it is passed on.
  ///
  /// - Returns: its exit status; 128 plus the signal's number if a signal ended it, as in shells.
  func wait(_ signals: Signals, onSignal: (Int32) -> Void) -> Int32 {
    while true {
      if let status = wait(signals, or: nil, onSignal: onSignal) { return status }
    }
  }

  /// Waits in the same way, until another descriptor can be read, or until a time has passed after the last signal.
  ///
  /// - Returns: nil if the command has not ended.
  func wait(
    _ signals: Signals, or other: Int32?, within limit: Duration? = nil, onSignal: (Int32) -> Void
  ) -> Int32? {
    while true {
      guard case .signal(let signal) = signals.next(or: other, within: limit) else { return nil }
      if signal.number == SIGCHLD {
        if let status = reap() { return status }
        stopWithCommand()
      } else {
        onSignal(signal.number)
        if !hasReachedCommand(signal) { kill(pid, signal.number) }
      }
    }
  }

  /// How long a command may take to end after SIGTERM.
  private static let grace = Duration.seconds(5)

  /// Ends the command with SIGTERM, or if necessary with SIGKILL, and waits until it has ended.
  func end(_ signals: Signals, onSignal: (Int32) -> Void) {
    kill(pid, SIGTERM)
    if wait(signals, or: nil, within: Self.grace, onSignal: onSignal) != nil { return }
    kill(pid, SIGKILL)
    _ = wait(signals, onSignal: onSignal)
  }

  /// Whether the command got a signal directly: a terminal sends it to its whole foreground group.
  private func hasReachedCommand(_ signal: Signal) -> Bool {
    signal.isFromKernel && getpgid(pid) == getpgrp()
  }

  /// Reaps all children that have ended.
  ///
  /// - Returns: the command's exit status, if it is among them.
  private func reap() -> Int32? {
    var result: Int32?
    while true {
      var status: Int32 = 0
      let ended = waitpid(-1, &status, WNOHANG)
      if ended < 0, errno == EINTR { continue }
      guard ended > 0 else { return result }
      if ended == pid {
        let signal = status & 0x7F
        result = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
      }
    }
  }

  /// If only the command has stopped, for example by a shell's `suspend`, this stops this process too, so that the
  /// waiting shell gets its terminal back. SIGTSTP does nothing if there is no shell that could continue the process. A
  /// SIGCONT that comes later is passed on.
  private func stopWithCommand() {
    guard isStopped(WNOWAIT), isInForeground else { return }
    var delay = timespec(
      tv_sec: 0, tv_nsec: Int(Self.stopDelay.components.attoseconds / 1_000_000_000))
    nanosleep(&delay, nil)
    if isStopped(0) { kill(getpid(), SIGTSTP) }
  }

  /// - Parameter flags: with WNOWAIT the stop is reported again later.
  private func isStopped(_ flags: Int32) -> Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(pid), &info, WSTOPPED | WNOHANG | flags) == 0
      && info.si_signo == SIGCHLD
  }

  /// Whether this process's group has the terminal.
  private var isInForeground: Bool {
    let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    guard terminal >= 0 else { return false }
    defer { close(terminal) }
    return tcgetpgrp(terminal) == getpgrp()
  }
}
