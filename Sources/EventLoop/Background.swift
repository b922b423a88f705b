import Core
import Glibc
import Synchronization

/// One thread for work that would keep a loop for too long: it does one job after another, in the order in which they
/// were added. The number of jobs and their memory have limits. A job that comes when it is full is refused, and the
/// caller is notified.
///
/// The thread starts with the first job, so a process without jobs has no such thread. It has a lower priority than the
/// loops: on a machine that is busy they come first.
package final class Background: Sendable {
  package typealias Job = @Sendable () -> Void

  private struct State {
    var jobs = Ring<Waiting>()
    /// Bytes that the waiting jobs hold.
    var bytes = 0
    var refused: UInt64 = 0
    var isStopped = false
    var running: Running?
  }

  private struct Waiting {
    var job: Job
    /// What is done instead when it is dropped.
    var dropped: Job?
    var bytes: Int
    /// Whether it counts towards the limit.
    var counts: Bool
  }

  private struct Running {
    let thread: LoopThread
    let wake: Wake
  }

  /// Jobs that wait, at most.
  package let jobLimit: Int
  /// The most bytes that waiting jobs hold. One job may hold more, if it is the only one.
  package let byteLimit: Int
  private let state = Guarded(State())

  /// The thread's nice value above that of the loops. See nice(2).
  private static let niceness: Int32 = 5

  package init(jobLimit: Int = 1_024, byteLimit: Int = 32 << 20) {
    self.jobLimit = jobLimit
    self.byteLimit = byteLimit
  }

  /// Jobs that were refused because it was full or stopped.
  package var refused: UInt64 { state.withLock { $0.refused } }

  /// Jobs that wait now; not the one that runs.
  package var waiting: Int { state.withLock { $0.jobs.count } }

  /// Adds a job, from any thread.
  ///
  /// - Parameters:
  ///   - dropped: what is done instead if a stop drops the job, on the thread that stops: for a job that somebody waits
  ///     for.
  ///   - dropped: what is done in its place where a stop drops it, on the thread that stops: for a job that somebody waits for.
  /// - Returns: false when it is full or has stopped: neither will run.
  package func submit(
    holding bytes: Int = 0, dropped: Job? = nil, _ job: @escaping Job
  ) -> Bool {
    add(Waiting(job: job, dropped: dropped, bytes: bytes, counts: true))
  }

  /// Takes a value that takes long to free, so that the background thread frees it and not the caller's. It is never
  /// refused, because the value has to be freed anyway. After a stop it is freed at once.
  package func release(_ value: consuming some Sendable) {
    let held = Held(value)
    _ = add(Waiting(job: { held.drop() }, bytes: 0, counts: false))
  }

  /// Whether it was stopped. After that no job runs.
  package var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Drops what waits, and returns when the job that runs has ended. Nothing is accepted any more.
  package func stop() {
    var (running, dropped) = state.withLock { state -> (Running?, Ring<Waiting>) in
      state.isStopped = true
      let dropped = state.jobs
      state.jobs.removeAll()
      state.bytes = 0
      return (state.running.take(), dropped)
    }
    running?.wake.signal()
    running?.thread.join()
    // In their order. Each is freed when it is done.
    while let waiting = dropped.removeOldest() { waiting.dropped?() }
  }

  /// A value that is dropped once.
  private final class Held<Value: Sendable>: Sendable {
    private let value: Guarded<Value?>

    init(_ value: consuming Value) {
      self.value = Guarded(value)
    }

    func drop() {
      _ = value.withLock { $0.take() }
    }
  }

  private func add(_ waiting: Waiting) -> Bool {
    state.withLock { state -> Bool in
      guard !state.isStopped else {
        if waiting.counts { state.refused += 1 }
        return false
      }
      if waiting.counts, isFull(state, for: waiting) || !isRunning(&state) {
        state.refused += 1
        return false
      }
      // Without a thread the caller frees it.
      guard isRunning(&state) else { return false }
      state.bytes += waiting.bytes
      state.jobs.append(waiting)
      if state.jobs.count == 1 { state.running?.wake.signal() }
      return true
    }
  }

  private func isFull(_ state: borrowing State, for waiting: Waiting) -> Bool {
    state.jobs.count >= jobLimit
      || (state.bytes > 0 && waiting.bytes > byteLimit - min(state.bytes, byteLimit))
  }

  /// Whether there is a thread; starts it where there is none.
  private func isRunning(_ state: inout State) -> Bool {
    if state.running != nil { return true }
    guard let wake = try? Wake(),
      let thread = try? LoopThread(named: "background", { [self] in run(wake) })
    else { return false }
    state.running = Running(thread: thread, wake: wake)
    return true
  }

  private func run(_ wake: Wake) {
    // For this thread only: on Linux each thread has its own value. It cannot fail, because the number only grows.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
    while true {
      guard let job = next() else {
        if state.withLock({ $0.isStopped }) { return }
        wake.wait()
        continue
      }
      job()
    }
  }

  private func next() -> Job? {
    state.withLock { state in
      guard let waiting = state.jobs.removeOldest() else { return nil }
      state.bytes -= waiting.bytes
      return waiting.job
    }
  }
}
