import Synchronization

/// One store's share of a ``MemoryBudget``. It takes and gives back whole steps, so growing by a little costs one
/// comparison. Guarded by the store's lock.
package struct MemoryShare: Sendable {
  /// Bytes taken.
  package private(set) var taken = 0

  private let budget: MemoryBudget?
  private let kind: MemoryBudget.Kind
  /// How many bytes it takes at a time.
  private let step: Int

  /// - Parameters:
  ///   - budget: nil for a store that has only its own limits.
  ///   - part: a divisor of the budget's step, for stores that are usually small.
  package init(of budget: MemoryBudget?, for kind: MemoryBudget.Kind, part: Int = 1) {
    self.budget = budget
    self.kind = kind
    step = max((budget?.step ?? 1) / part, 1)
  }

  /// Makes sure that this many bytes are taken.
  ///
  /// - Returns: false if the budget has too few left.
  package mutating func cover(_ bytes: Int) -> Bool {
    if bytes <= taken { return true }
    return takeMore(for: bytes)
  }

  /// Makes sure that this many bytes are taken, even if only the journals can make room for them. They do that before
  /// the next entry: code that records a request calls ``ResourceStore/keepHeadroom(for:)`` first.
  ///
  /// - Returns: false if the journals could not make that room.
  package mutating func claim(_ bytes: Int) -> Bool {
    if cover(bytes) { return true }
    guard let budget else { return true }
    let wanted = roundedUp(bytes) - taken
    guard budget.admits(wanted, .large) else { return false }
    insist(on: bytes)
    return true
  }

  /// Makes sure that this many bytes are taken, even beyond the budget's limit.
  package mutating func insist(on bytes: Int) {
    let wanted = roundedUp(bytes) - taken
    guard wanted > 0 else { return }
    budget?.insist(on: wanted, for: kind)
    taken += wanted
  }

  /// Gives back what exceeds `bytes` by more than a step, if that is a step at least.
  @inline(__always)
  package mutating func settle(to bytes: Int) {
    if taken - bytes >= 2 * step { give(roundedUp(bytes) + step) }
  }

  /// Gives back all whole steps above `bytes`.
  package mutating func shrink(to bytes: Int) {
    give(roundedUp(bytes))
  }

  /// Counts this many things dropped because the budget had no more.
  package func countDropped(_ count: UInt64) {
    if count > 0 { budget?.countRefusal(of: kind, count) }
  }

  private mutating func takeMore(for bytes: Int) -> Bool {
    guard let budget else { return true }
    let wanted = roundedUp(bytes) - taken
    guard budget.take(wanted, for: kind) else { return false }
    taken += wanted
    return true
  }

  private mutating func give(_ kept: Int) {
    guard kept < taken else { return }
    budget?.give(taken - kept, for: kind)
    taken = kept
  }

  private func roundedUp(_ bytes: Int) -> Int {
    (max(bytes, 0) + step - 1) / step * step
  }
}
