import Synchronization

/// The memory of a body that a job works on. Several places can end the job; the first one returns the memory.
///
/// The body itself may live a few instructions longer, but there is only one such job at a time.
final class HeldBody: Sendable {
  private let bytes: Int
  private let budget: MemoryBudget
  private let isGivenBack = Atomic(false)

  /// - Parameter bytes: already taken from `budget`, for ``MemoryBudget/Kind/body``.
  init(_ bytes: Int, of budget: MemoryBudget) {
    self.bytes = bytes
    self.budget = budget
  }

  /// Returns the bytes, the first time that it is called.
  func giveBack() {
    if isGivenBack.exchange(true, ordering: .relaxed) { return }
    budget.give(bytes, for: .body)
  }
}
