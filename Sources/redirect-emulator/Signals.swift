import Glibc

/// Signals that are waited for instead of interrupting. Blocked before any thread starts, so that all threads
/// leave them to the one that waits.
struct Signals {
  private var set = sigset_t()

  /// Blocks `numbers` in this thread and in those that it starts, and ignores SIGPIPE: a client that is gone
  /// shows as EPIPE.
  static func block(_ numbers: [Int32]) -> Signals {
    var signals = Signals()
    sigemptyset(&signals.set)
    for number in numbers { sigaddset(&signals.set, number) }
    pthread_sigmask(SIG_BLOCK, &signals.set, nil)
    signal(SIGPIPE, SIG_IGN)
    return signals
  }

  /// Waits for the next of them.
  @discardableResult
  func wait() -> Int32 {
    var set = set
    var number: Int32 = 0
    // sigwait fails only for a set with no valid signal in it.
    while sigwait(&set, &number) != 0 {}
    return number
  }
}
