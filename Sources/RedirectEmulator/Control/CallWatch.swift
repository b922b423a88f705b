import Core
import Documents
import EventLoop
import Synchronization

/// Notifies one reader of events about each call that gets another verdict, try or delivery. The background thread
/// looks for such calls after requests, and when time alone may change a verdict. Calls that exist when it begins are
/// not reported.
final class CallWatch: Sendable {
  /// What was last sent about a call.
  private struct Known: Equatable {
    var verdict: Call.Verdict
    var attempts: Int
    var deliveries: Int

    init(_ call: Call) {
      verdict = call.verdict
      attempts = call.attempts.count + call.skippedAttempts
      deliveries = call.deliveries.count
    }
  }

  private let resource: ResourceCore
  private let wait: VerifyWait
  private let page: String
  private let isSummary: Bool
  private let known = Guarded<[String: Known]?>(nil)

  /// - Parameters:
  ///   - page: where the live page shows the resource's calls.
  ///   - isSummary: whether calls are sent without their contexts.
  init(of resource: ResourceCore, _ wait: VerifyWait, page: String, isSummary: Bool) {
    self.resource = resource
    self.wait = wait
    (self.page, self.isSummary) = (page, isSummary)
  }

  /// Begins on the caller's thread, which is the background thread.
  ///
  /// - Parameter tell: gets one event after the other.
  /// - Returns: false if the resource already has the most readers that may wait.
  func begin(_ tell: @escaping @Sendable ([UInt8]) -> Void) -> Bool {
    wait.begin(
      { [self] isLast in
        let list = CallList(of: resource)
        var changesIn: Int64?
        let form = CallForm(journal: list.journal, page: page, isSummary: isSummary)
        for call in changes(list, &changesIn) { tell(EventStream.event(for: call, as: form)) }
        return isLast ? .done {} : .open(changesIn: changesIn)
      }, whenBusy: {})
  }

  func cancel() {
    wait.cancel()
  }

  /// The calls that have changed since they were sent, in the order in which they began.
  private func changes(_ list: CallList, _ changesIn: inout Int64?) -> [Call] {
    var now: [String: Known] = [:]
    var changed: [Call] = []
    var soonest: Int64?
    let before = known.withLock { $0 }
    for call in list.all.reversed() {
      let state = Known(call)
      now[call.id] = state
      if let change = call.changesIn { soonest = min(soonest ?? .max, change) }
      if let before, before[call.id] != state { changed.append(call) }
    }
    known.withLock { [now] in $0 = now }
    changesIn = soonest
    return changed
  }
}
