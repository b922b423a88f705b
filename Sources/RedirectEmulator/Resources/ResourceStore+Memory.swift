import Core
import EventLoop
import Synchronization

extension ResourceStore {
  /// Takes memory for something new. If necessary, journals give up their oldest entries, and resources that are no
  /// longer busy give up ids that they no longer need.
  ///
  /// - Returns: false, and counts it, if no memory is left.
  package func hold(_ bytes: Int, for kind: MemoryBudget.Kind, _ tier: MemoryBudget.Tier) -> Bool {
    // Other threads may take what the journals gave up. In each round the journals have less.
    for _ in 0..<8 {
      if budget.take(bytes, for: kind, tier) { return true }
      guard budget.admits(bytes, tier) || dropForgottenIDs() && budget.admits(bytes, tier) else {
        break
      }
      makeRoom(bytes)
    }
    budget.countRefusal(of: kind)
    return false
  }

  /// Drops the ids of all resources with responses that no repeat can get any more. It does so at most once a second:
  /// looking at all resources takes time, and more ids expire only as time passes.
  ///
  /// - Returns: whether it has looked for such ids.
  @inline(never)
  @discardableResult
  func dropForgottenIDs() -> Bool {
    let now = SystemCall.monotonicNow()
    let isDue = nextIDCheck.withLock { next in
      if now < next { return false }
      next = now + 1_000_000_000
      return true
    }
    guard isDue else { return false }
    let wallClock = SystemCall.realtimeNow()
    for resource in all {
      resource.state.withLock { $0.dropForgottenIDs(now: resource.clock.now(wallClock)) }
    }
    return true
  }

  /// Takes memory for something that is kept in any case: what the emulator's owner loads into it. Journals give up
  /// their oldest entries for it.
  package func insist(on bytes: Int, for kind: MemoryBudget.Kind) {
    budget.insist(on: bytes, for: kind)
    makeRoom(0)
  }

  /// Makes sure that the journals' next entries find room. It is called before each request is recorded, so it has to
  /// be cheap: usually it reads two counters.
  ///
  /// - Parameter bytes: the bytes of the next entry beyond those that every entry has.
  @inline(__always)
  func keepHeadroom(for bytes: Int) {
    if budget.roomForJournals < budget.headroom + bytes { makeRoomForJournals(bytes) }
  }

  @inline(never)
  private func makeRoomForJournals(_ bytes: Int) {
    // Something that is too large to be kept is no reason to drop other entries.
    let fits = bytes <= budget.journalLimit
    makeRoom(min(2 * budget.headroom + (fits ? bytes : 0), budget.journalLimit)) {
      $0.roomForJournals
    }
  }

  /// Drops the oldest entries over all journals until this many bytes are free, or no entry is left. If the oldest
  /// entries of several journals are about equally old, it drops a few of one journal before it continues with the
  /// next.
  ///
  /// - Parameter room: how much of the needed memory is free.
  private func makeRoom(
    _ wanted: Int, of room: (MemoryBudget) -> Int = { $0.limit - $0.used }
  ) {
    // One thread at a time: two would drop twice as much.
    reclaiming.withLock { _ in
      guard room(budget) < wanted else { return }
      // The oldest is the last one.
      var journals = all.compactMap { resource -> (time: Int64, resource: ResourceCore)? in
        resource.state.withLock { $0.journal.oldestArrival }.map { ($0, resource) }
      }
      journals.sort { $0.time > $1.time }
      while room(budget) < wanted, let (_, resource) = journals.popLast() {
        let next = journals.last?.time ?? .max
        let missing = max(wanted - room(budget), budget.step)
        let time = resource.state.withLock { state -> Int64? in
          _ = state.journal.giveBack(budget.step, before: next, atMost: missing)
          return state.journal.oldestArrival
        }
        guard let time else { continue }
        let place = journals.firstIndex { $0.time <= time } ?? journals.endIndex
        journals.insert((time, resource), at: place)
      }
    }
  }
}

extension ResourceCore {
  /// The bytes of a resource without what it keeps: its tables, its credential and its place in the store.
  static let ownCost = 8 * 1024
}

extension ResourceCore.State {
  /// The bytes that were taken for the calls, the rules and the resource itself. The journal has its own
  /// ``MemoryShare``.
  struct Taken {
    var calls = 0
    var scenario = 0
  }

  /// Replaces the rules. The memory of the new ones has been taken already.
  mutating func replaceScenario(_ scenario: LoadedScenario?, cost: Int, _ budget: MemoryBudget) {
    self.scenario = scenario
    self.scenario?.callsBefore = calls.rung
    scenarioRevision += 1
    budget.give(taken.scenario, for: .scenario)
    taken.scenario = cost
  }

  /// Corrects the bytes that are taken for calls after a change; `extra` bytes were taken for it before.
  mutating func settleCalls(_ budget: MemoryBudget, extra: Int = 0) {
    budget.give(taken.calls + extra - calls.bytes, for: .call)
    taken.calls = calls.bytes
  }

  /// Corrects the bytes that are taken for remembered ids. It is called when one may have been added: usually that is
  /// two comparisons.
  ///
  /// - Returns: whether ids were dropped because there was no memory.
  @inline(__always)
  mutating func settleIDs() -> Bool {
    let bytes = requestIDs.bytes
    if bytes > idMemory.taken { return growIDs(bytes) }
    idMemory.settle(to: bytes)
    return false
  }

  /// Takes memory for more ids. If there is none, it drops the oldest ones.
  ///
  /// - Returns: whether it dropped some.
  @inline(never)
  private mutating func growIDs(_ bytes: Int) -> Bool {
    if idMemory.claim(bytes) { return false }
    var dropped = 0
    repeat {
      let some = requestIDs.dropOldest(256)
      dropped += some
      // The ids that are left are in progress: there are at most as many as open connections.
      if some == 0 { idMemory.insist(on: requestIDs.bytes) }
    } while !idMemory.claim(requestIDs.bytes)
    idMemory.countDropped(UInt64(dropped))
    return true
  }

  /// Drops the oldest ids, up to the first one with a response that must still be remembered, and gives their memory
  /// back.
  mutating func dropForgottenIDs(now: Instant) {
    idMemory.countDropped(UInt64(requestIDs.dropForgotten(now: now)))
    idMemory.shrink(to: requestIDs.bytes)
  }

  /// Forgets all ids, and gives their memory back.
  mutating func forgetIDs() {
    requestIDs.removeAll()
    idMemory.shrink(to: 0)
  }

  /// Forgets everything that the resource keeps, and gives its memory back: it was removed.
  mutating func retire(_ budget: MemoryBudget) {
    journal.retire()
    forgetIDs()
    calls.removeAll()
    settleCalls(budget)
    budget.give(failedConnections.retire(), for: .failedConnection)
    replaceScenario(nil, cost: 0, budget)
  }
}
