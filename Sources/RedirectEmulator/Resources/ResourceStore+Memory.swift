import Core
import Synchronization

extension ResourceStore {
  /// Takes memory for something new; journals give up their oldest entries where it needs that.
  ///
  /// - Returns: false, and counts it, where there is none to be had.
  package func hold(_ bytes: Int, for kind: MemoryBudget.Kind, _ tier: MemoryBudget.Tier) -> Bool {
    // Other threads may take what the journals gave; each round they have less.
    for _ in 0..<8 {
      if budget.take(bytes, for: kind, tier) { return true }
      guard budget.admits(bytes, tier) else { break }
      makeRoom(bytes)
    }
    budget.countRefusal(of: kind)
    return false
  }

  /// Takes memory for something that is kept whatever it takes: what the emulator's owner loads into it. Journals give
  /// up their oldest entries for it.
  package func insist(on bytes: Int, for kind: MemoryBudget.Kind) {
    budget.insist(on: bytes, for: kind)
    makeRoom(0)
  }

  /// Sees that the journals' next entries find room. Asked before each request is recorded, so that it has to be cheap:
  /// as a rule it reads one counter.
  ///
  /// - Parameter bytes: what the next entry has beside what all entries have.
  @inline(__always)
  func keepHeadroom(for bytes: Int) {
    if budget.limit - budget.used < budget.headroom + bytes {
      makeRoom(2 * budget.headroom + bytes)
    }
  }

  /// Drops the oldest entries over all journals until so many bytes are free, or no entry is left. Where the oldest
  /// entries of several journals came at about the same time, it takes a few of one before it continues with the next.
  private func makeRoom(_ wanted: Int) {
    // One at a time: two would drop twice as much.
    reclaiming.withLock { _ in
      guard budget.limit - budget.used < wanted else { return }
      // The oldest last.
      var journals = all.compactMap { resource -> (time: Int64, resource: ResourceCore)? in
        resource.state.withLock { $0.journal.oldestArrival }.map { ($0, resource) }
      }
      journals.sort { $0.time > $1.time }
      while budget.limit - budget.used < wanted, let (_, resource) = journals.popLast() {
        let next = journals.last?.time ?? .max
        let missing = max(wanted - (budget.limit - budget.used), budget.step)
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
  /// What a resource takes without what it keeps: its tables, its credential and its place in the store.
  static let ownCost = 8 * 1024
}

extension ResourceCore.State {
  /// What is taken for the calls, the rules and the resource itself; the journal has a ``MemoryShare`` of its own.
  struct Taken {
    var calls = 0
    var scenario = 0
  }

  /// Replaces the rules, whose memory is taken already.
  mutating func replaceScenario(_ scenario: LoadedScenario?, cost: Int, _ budget: MemoryBudget) {
    self.scenario = scenario
    self.scenario?.callsBefore = calls.rung
    scenarioRevision += 1
    budget.give(taken.scenario, for: .scenario)
    taken.scenario = cost
  }

  /// Brings what is taken for calls to what they have after a change; `extra` bytes were taken for it before.
  mutating func settleCalls(_ budget: MemoryBudget, extra: Int = 0) {
    budget.give(taken.calls + extra - calls.bytes, for: .call)
    taken.calls = calls.bytes
  }

  /// Forgets what the resource keeps, and gives its memory back: it was removed.
  mutating func retire(_ budget: MemoryBudget) {
    journal.retire()
    repeatability.removeAll()
    calls.removeAll()
    settleCalls(budget)
    budget.give(failedConnections.retire(), for: .failedConnection)
    replaceScenario(nil, cost: 0, budget)
  }
}
