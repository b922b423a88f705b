import Core
import EventLoop
import Synchronization

/// Where an entry is, so that the end of its request can be recorded later.
struct JournalMark {
  let resource: ResourceCore
  let seq: UInt64
  /// Which registered call the request was about; 0 for none.
  let registeredCall: UInt64

  /// Records that the response did not reach the client whole.
  func update(end: RequestEnd) {
    let waits = resource.state.withLock { state -> [VerifyWait] in
      if registeredCall != 0 {
        state.calls.update(registeredCall) { call in
          call.amend(seq) { attempt in
            attempt.end = end
            attempt.details.answerIsWhole = false
          }
        }
      }
      guard let entry = state.journal.entry(seq) else { return state.waits }
      state.journal.finish(seq, bytesSent: entry.bytesSent, duration: entry.duration, end: end)
      return state.waits
    }
    for wait in waits { wait.notice() }
  }
}
