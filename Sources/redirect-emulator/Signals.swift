import CSystem
import Glibc

/// Signals that are waited for instead of interrupting. They are taken before any thread starts, so that all threads
/// leave them to the main thread, which waits: signalfd(2).
struct Signals: Sendable {
  /// The signals that end the program.
  static let ending: Set<Int32> = [SIGTERM, SIGINT, SIGHUP, SIGQUIT]

  /// The event that ended a wait.
  enum Event {
    case signal(Signal)
    /// The other descriptor can be read.
    case other
    case timeout
  }

  /// How signals were treated before these were taken.
  let found: FoundSignals

  private let descriptor: Int32

  /// Blocks `numbers` in this thread and in those that it starts, and ignores SIGPIPE: writing to a client that is gone
  /// then fails with EPIPE.
  ///
  /// SIGHUP, SIGINT and SIGQUIT are left out if they are ignored: `nohup`, and shells that run a command in the
  /// background, want that.
  ///
  /// - Throws: ``Failure/system(_:)``.
  static func take(_ numbers: some Sequence<Int32>) throws(Failure) -> Signals {
    let found = FoundSignals()
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers {
      if number == SIGHUP || number == SIGINT || number == SIGQUIT, found.ignores(number) {
        continue
      }
      sigaddset(&set, number)
      // If SIGCHLD is ignored, the kernel forgets children when they end, and nobody can wait for them.
      if number == SIGCHLD { signal(SIGCHLD, SIG_DFL) }
    }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
    let descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC))
    guard descriptor >= 0 else { throw .system("signalfd: \(String(cString: strerror(errno)))") }
    return Signals(found: found, descriptor: descriptor)
  }

  /// Waits for the next signal.
  func next() -> Signal {
    while true {
      if case .signal(let signal) = next(or: nil, within: nil) { return signal }
    }
  }

  /// Waits for the next signal, for another descriptor, or until a time has passed. A signal has priority.
  ///
  /// - Parameter limit: nil for no limit.
  func next(or other: Int32?, within limit: Duration?) -> Event {
    // poll(2) skips a negative descriptor.
    var waiting = [
      pollfd(fd: other ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let end = limit.map { ContinuousClock.now.advanced(by: $0) }
    while true {
      let left = end.map { $0 - ContinuousClock.now }
      // Rounded up, so that the time has passed when it says so.
      let milliseconds = left.map {
        Int32(
          clamping: $0.components.seconds * 1000
            + $0.components.attoseconds / 1_000_000_000_000_000 + 1)
      }
      let ready = poll(&waiting, 2, milliseconds.map { max($0, 0) } ?? -1)
      if ready == 0 { return .timeout }
      if ready < 0 { continue }
      if waiting[0].revents != 0 { return .other }
      var info = signalfd_siginfo()
      guard read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) > 0 else { continue }
      return .signal(Signal(info))
    }
  }
}

/// A signal that came.
struct Signal {
  let number: Int32
  /// Whether the kernel sent it, for example for a terminal, and not a program.
  let isFromKernel: Bool

  /// SI_KERNEL. In the Glibc module it has a type of its own.
  private static let kernel: Int32 = 0x80

  init(_ info: signalfd_siginfo) {
    number = Int32(bitPattern: info.ssi_signo)
    isFromKernel = info.ssi_code == Self.kernel
  }

  var isEnding: Bool { Signals.ending.contains(number) }
}

/// How signals were treated when the program began: a command that it runs begins in the same way.
struct FoundSignals: Sendable {
  private(set) var mask = sigset_t()
  /// Bit N - 1 for signal N.
  let ignored = csystem_ignored_signals()

  init() {
    pthread_sigmask(SIG_BLOCK, nil, &mask)
  }

  func ignores(_ number: Int32) -> Bool {
    ignored >> UInt64(number - 1) & 1 == 1
  }
}
