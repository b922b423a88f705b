import Core
import EventLoop
import Synchronization

/// A question about a resource that is judged again after each request there, until it passes or its time is over.
/// Nothing polls: when a request ends, its thread gives notice, and the background thread judges. Notices that come
/// while it judges lead to one more judgement.
final class VerifyWait: Sendable {
  /// The most waits of one resource: every request there has to give notice to each.
  static let limit = 64

  /// The estimated memory of a question that was read from this many bytes.
  static func cost(ofBody count: Int) -> Int { 1024 + 4 * count }

  /// The result of a judgement.
  enum Judgement {
    /// It is over: this function gives the response, once.
    case done(@Sendable () -> Void)
    /// It has to be judged again: after the next request, and after this many nanoseconds, if time alone may change the result.
    case open(changesIn: Int64?)
  }

  /// Judges; it may be the last time.
  typealias Question = @Sendable (_ isLast: Bool) -> Judgement
  /// Runs something after a delay.
  typealias Later = @Sendable (Duration, @escaping @Sendable () -> Void) -> Void

  private struct State {
    var question: Question?
    /// What is done if the background thread does not make the last judgement: it has no place for it, or is stopped.
    var whenBusy: (@Sendable () -> Void)?
    /// When it is judged again without a request: monotonic nanoseconds.
    var alarm = Int64.max
    var isJudging = false
    /// Whether a request has ended since the current judgement began.
    var isStale = false
    /// Whether the next judgement is the last.
    var isOver = false
    /// Bytes of the memory for bodies that were taken for the question.
    var held = 0
    var isDone = false
  }

  private let resource: ResourceCore
  private let background: Background
  private let later: Later
  private let state = Guarded(State())

  init(of resource: ResourceCore, background: Background, later: @escaping Later) {
    self.later = later
    self.resource = resource
    self.background = background
  }

  /// Judges now, on the caller's thread, and after each request that ends from now on.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the memory for bodies that were taken for it; they are given back when it ends.
  ///   - whenBusy: what is done if the background thread does not make the last judgement.
  /// - Returns: false if the resource already has the most waits; then nothing is delivered, and nothing given back.
  func begin(
    _ question: @escaping Question, holding bytes: Int = 0,
    whenBusy: @escaping @Sendable () -> Void
  ) -> Bool {
    let isTaken = resource.state.withLock { resource in
      guard resource.waits.count < Self.limit else { return false }
      resource.waits.append(self)
      return true
    }
    guard isTaken else { return false }
    // A removed resource gets no more requests, and after a stop nothing is judged.
    if resource.isRemoved.load(ordering: .relaxed) || background.isStopped {
      state.withLock { $0.isOver = true }
    }
    let isDone = state.withLock { state in
      (state.question, state.whenBusy, state.isJudging) = (question, whenBusy, true)
      state.held = bytes
      return state.isDone
    }
    // It was cancelled before it began.
    if isDone { end() } else { judge() }
    return true
  }

  /// A request of the resource has ended, or its end has changed.
  func notice() {
    let submits = state.withLock { state in
      if state.isDone || state.question == nil { return false }
      if state.isJudging {
        state.isStale = true
        return false
      }
      state.isJudging = true
      return true
    }
    if submits { submit() }
  }

  /// Its time is over: the current state is judged for the last time.
  func hurry() {
    state.withLock { $0.isOver = true }
    notice()
  }

  /// Ends the wait without a response: its client has left.
  func cancel() {
    state.withLock { state in
      state.isDone = true
      (state.question, state.whenBusy) = (nil, nil)
    }
    end()
  }

  private func submit() {
    let isTaken = background.submit(dropped: { [self] in
      // Nobody will judge it any more.
      finish(state.withLock { $0.whenBusy })
    }) { [self] in judge() }
    if isTaken { return }
    // The next notice tries again, but after the end there is no next notice.
    let isOver = state.withLock { state in
      state.isJudging = false
      return state.isOver
    }
    if isOver { finish(state.withLock { $0.whenBusy }) }
  }

  private func judge() {
    let (question, isLast) = state.withLock { state -> (Question?, Bool) in
      state.isStale = false
      return (state.isDone ? nil : state.question, state.isOver)
    }
    guard let question else { return }
    switch question(isLast) {
    case .done(let answer): return finish(answer)
    case .open(let changesIn):
      if let changesIn { setAlarm(in: changesIn) }
    }
    let again = state.withLock { state in
      state.isJudging = state.isStale || state.isOver
      return state.isJudging
    }
    // After the jobs that wait already.
    if again { submit() }
  }

  /// Judges once more when a verdict may have changed by time alone.
  private func setAlarm(in nanoseconds: Int64) {
    let now = Int64(clamping: SystemCall.monotonicNow())
    // One millisecond more, so that the verdict has changed by then.
    let (time, overflow) = now.addingReportingOverflow(max(nanoseconds, 0))
    if overflow { return }
    let isSooner = state.withLock { state in
      guard time < state.alarm || state.alarm <= now else { return false }
      state.alarm = time
      return true
    }
    if isSooner {
      later(.nanoseconds(max(nanoseconds, 0)) + .milliseconds(1)) { [self] in notice() }
    }
  }

  private func finish(_ answer: (@Sendable () -> Void)?) {
    let wasOpen = state.withLock { state in
      defer { (state.isDone, state.question, state.whenBusy) = (true, nil, nil) }
      return !state.isDone
    }
    end()
    if wasOpen { answer?() }
  }

  private func end() {
    let held = state.withLock { state in
      state.question = nil
      defer { state.held = 0 }
      return state.held
    }
    if held > 0 { resource.budget.give(held, for: .body) }
    resource.state.withLock { resource in resource.waits.removeAll { $0 === self } }
  }
}
