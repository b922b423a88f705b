import Core
import Synchronization

/// The only way from another thread to a loop: jobs that the loop runs between events. It has a limit: a job that comes
/// when it is full is refused, and the sender is notified.
package final class Mailbox: Sendable {
  package typealias Job = @Sendable (EventLoop) -> Void

  private struct State {
    var jobs: [Job] = []
    var closed = false
    var refused: UInt64 = 0
  }

  private let wake: Wake
  private let state = Guarded(State())
  private let limit: Int

  init(limit: Int = 65_536) throws(Errno) {
    wake = try Wake()
    self.limit = limit
  }

  /// Readable when jobs wait.
  var descriptor: Int32 { wake.descriptor }

  /// Jobs that were refused because the mailbox was full or closed.
  package var refused: UInt64 { state.withLock { $0.refused } }

  /// Sends the loop a job, from any thread.
  ///
  /// - Returns: false when the mailbox is full or its loop has ended: the job will not run.
  @discardableResult
  package func post(_ job: @escaping Job) -> Bool {
    add(job, limit: limit)
  }

  /// Sends the loop a job even if the mailbox is full: for jobs that must not get lost, such as the
  /// loop's end.
  ///
  /// - Returns: false when the loop has ended.
  @discardableResult
  package func insist(_ job: @escaping Job) -> Bool {
    add(job, limit: .max)
  }

  private func add(_ job: @escaping Job, limit: Int) -> Bool {
    let outcome = state.withLock { state -> (accepted: Bool, first: Bool) in
      guard !state.closed, state.jobs.count < limit else {
        state.refused += 1
        return (false, false)
      }
      state.jobs.append(job)
      return (true, state.jobs.count == 1)
    }
    // Only the first job wakes the loop: it takes all that are there.
    if outcome.first { wake.signal() }
    return outcome.accepted
  }

  func takeAll() -> [Job] {
    wake.take()
    return state.withLock { state in
      let jobs = state.jobs
      state.jobs = []
      return jobs
    }
  }

  func close() {
    state.withLock { state in
      state.closed = true
      state.jobs = []
    }
  }
}
