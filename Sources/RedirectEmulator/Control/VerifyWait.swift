import Core
import EventLoop
import Synchronization

/// A question about a resource that is asked again each time that a request ends there, until it passes or its time is
/// over. Nothing polls: requests give notice, on whatever thread they end, and the background thread judges. However many
/// give notice while it judges, it judges once more.
final class VerifyWait: Sendable {
  /// Waits of one resource, at most: each costs every request there a notice.
  static let limit = 64

  /// What a question takes that was read from so many bytes, estimated.
  static func cost(ofBody count: Int) -> Int { 1024 + 4 * count }

  /// What comes of it: nil where the background thread had no place for the last judgement.
  typealias Delivery = @Sendable (Verification?) -> Void

  private struct State {
    var question: VerifyQuestion?
    var delivery: Delivery?
    var isJudging = false
    /// Whether a request has ended since the judgement that is being made began.
    var isStale = false
    /// Whether the next judgement is the last.
    var isOver = false
    /// Bytes that were taken of the memory for bodies, for the question.
    var held = 0
    var isDone = false
  }

  private let resource: ResourceCore
  private let background: Background
  private let state = Guarded(State())

  init(of resource: ResourceCore, background: Background) {
    self.resource = resource
    self.background = background
  }

  /// Judges now, on the caller's thread, and after each request that ends from now on.
  ///
  /// - Parameter bytes: what was taken of the memory for bodies, for as long as it waits: given back at its end.
  /// - Returns: false where as many wait as may; then nothing is delivered, and nothing given back.
  func begin(
    _ question: VerifyQuestion, holding bytes: Int = 0, _ delivery: @escaping Delivery
  ) -> Bool {
    let isTaken = resource.state.withLock { resource in
      guard resource.waits.count < Self.limit else { return false }
      resource.waits.append(self)
      return true
    }
    guard isTaken else { return false }
    // Nothing will come to a resource that was removed before.
    if resource.isRemoved.load(ordering: .relaxed) { state.withLock { $0.isOver = true } }
    let isDone = state.withLock { state in
      (state.question, state.delivery, state.isJudging) = (question, delivery, true)
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

  /// Its time is over: what there is now is judged for the last time.
  func hurry() {
    state.withLock { $0.isOver = true }
    notice()
  }

  /// Ends it: nobody waits any more, and nothing is delivered.
  func cancel() {
    state.withLock { state in
      state.isDone = true
      state.delivery = nil
    }
    end()
  }

  private func submit() {
    if background.submit({ [self] in judge() }) { return }
    // The next notice tries again; at the end there is none.
    let isOver = state.withLock { state in
      state.isJudging = false
      return state.isOver
    }
    if isOver { deliver(nil) }
  }

  private func judge() {
    let (question, isLast) = state.withLock { state -> (VerifyQuestion?, Bool) in
      state.isStale = false
      return (state.isDone ? nil : state.question, state.isOver)
    }
    guard let question else { return }
    let report = question.answer(from: resource.evidence)
    // What the journal has dropped does not come back.
    if report.passed || report.incomplete || isLast { return deliver(report) }
    let again = state.withLock { state in
      state.isJudging = state.isStale || state.isOver
      return state.isJudging
    }
    // Behind what waits meanwhile.
    if again { submit() }
  }

  private func deliver(_ report: Verification?) {
    let delivery = state.withLock { state in
      state.isDone = true
      return state.delivery.take()
    }
    end()
    delivery?(report)
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
