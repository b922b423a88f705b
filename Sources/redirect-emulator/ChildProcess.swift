import Core
import Glibc
import Options

/// The command that `exec` runs: started with an environment of its own, signals passed on, waited for.
struct ChildProcess {
  /// Signals that a user or a supervisor sends to end or to change what runs: the command gets them too.
  static let forwardedSignals: [Int32] = [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]

  private let pid: pid_t

  /// Starts `command`, found by PATH, with no signal blocked and SIGPIPE as it is by default.
  ///
  /// The command stays in this process's group, so that a terminal's Ctrl-C reaches it by itself.
  ///
  /// - Throws: ``Failure/command(_:status:)``: 127 where there is no such command, else 126.
  init(_ command: [Word], environment: [Word]) throws(Failure) {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for number in Self.forwardedSignals + [SIGPIPE, SIGCHLD] { sigaddset(&defaults, number) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    var arguments = command.map(Self.copy) + [nil]
    var variables = environment.map(Self.copy) + [nil]
    defer {
      for pointer in arguments + variables { free(pointer) }
    }
    var pid: pid_t = 0
    guard let name = arguments.first ?? nil else { throw .usage(["exec: no command"]) }
    let result = posix_spawnp(&pid, name, nil, &attributes, &arguments, &variables)
    if result != 0 {
      throw .command(
        "exec: \(command.first?.shown ?? ""): \(String(cString: strerror(result)))",
        status: result == ENOENT ? 127 : 126)
    }
    self.pid = pid
  }

  /// The bytes with a NUL behind them, to be freed.
  private static func copy(_ word: Word) -> UnsafeMutablePointer<CChar>? {
    word.bytes.withCString { strdup($0) }
  }

  /// Waits until the command has ended, passing on what comes meanwhile.
  ///
  /// - Parameter onSignal: called with a signal before it is passed on.
  ///
  /// - Returns: its exit status; 128 and the signal's number where a signal ended it, as shells have it.
  func wait(_ signals: Signals, onSignal: (Int32) -> Void) -> Int32 {
    while true {
      let number = signals.wait()
      if number != SIGCHLD {
        onSignal(number)
        kill(pid, number)
        continue
      }
      var status: Int32 = 0
      let ended = waitpid(pid, &status, WNOHANG)
      if ended != pid { continue }
      let signal = status & 0x7F
      return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
  }
}
