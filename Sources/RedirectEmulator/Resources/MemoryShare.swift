import Synchronization

/// What one store has of a ``MemoryBudget``. It takes and gives back whole steps, so that growing by a little costs one
/// comparison. Guarded by the store's lock.
package struct MemoryShare: Sendable {
  /// Bytes taken.
  package private(set) var taken = 0

  private let budget: MemoryBudget?
  private let kind: MemoryBudget.Kind

  /// - Parameter budget: nil for a store that is bounded by its own limits alone.
  package init(of budget: MemoryBudget?, for kind: MemoryBudget.Kind) {
    self.budget = budget
    self.kind = kind
  }

  /// Makes sure that so many bytes are taken.
  ///
  /// - Returns: false where the budget has too few left.
  package mutating func cover(_ bytes: Int) -> Bool {
    if bytes <= taken { return true }
    return takeMore(for: bytes)
  }

  /// Gives back what is more than a step above `bytes`, when that is a step at least.
  package mutating func settle(to bytes: Int) {
    guard let budget, taken - bytes >= 2 * budget.step else { return }
    give(roundedUp(bytes, to: budget.step) + budget.step)
  }

  /// Gives back all whole steps above `bytes`.
  package mutating func shrink(to bytes: Int) {
    guard let budget else { return }
    give(roundedUp(bytes, to: budget.step))
  }

  /// Counts so many things dropped because the budget had no more.
  package func countDropped(_ count: UInt64) {
    if count > 0 { budget?.countRefusal(of: kind, count) }
  }

  private mutating func takeMore(for bytes: Int) -> Bool {
    guard let budget else { return true }
    let wanted = roundedUp(bytes, to: budget.step) - taken
    guard budget.take(wanted, for: kind) else { return false }
    taken += wanted
    return true
  }

  private mutating func give(_ kept: Int) {
    guard kept < taken else { return }
    budget?.give(taken - kept, for: kind)
    taken = kept
  }

  private func roundedUp(_ bytes: Int, to step: Int) -> Int {
    (max(bytes, 0) + step - 1) / step * step
  }
}
