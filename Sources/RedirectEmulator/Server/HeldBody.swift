import Synchronization

/// The memory of a body that a job works on. Several places end the job's need of it; the first one gives it back.
///
/// The body itself may live some instructions longer: there is one such job at a time.
final class HeldBody: Sendable {
  private let bytes: Int
  private let budget: MemoryBudget
  private let isGivenBack = Atomic(false)

  /// - Parameter bytes: taken of `budget` already, for ``MemoryBudget/Kind/body``.
  init(_ bytes: Int, of budget: MemoryBudget) {
    self.bytes = bytes
    self.budget = budget
  }

  /// Gives the bytes back, the first time that it is called.
  func giveBack() {
    if isGivenBack.exchange(true, ordering: .relaxed) { return }
    budget.give(bytes, for: .body)
  }
}
