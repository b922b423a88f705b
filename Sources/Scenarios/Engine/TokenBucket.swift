import Core
import RedirectCall

/// A ``Budget`` at a moment, in whole numbers. A request costs as many units as the rate's time has nanoseconds. Each
/// nanosecond adds as many units as the rate's count.
struct TokenBucket: Sendable {
  private let cost: Int64
  private let count: Int64
  private let capacity: Int64
  private var level: Int64
  private var filledAt: Instant

  init(_ budget: Budget, now: Instant) {
    cost = budget.rate.nanoseconds
    count = Int64(budget.rate.count)
    let (product, overflow) = Int64(max(budget.burst, 1)).multipliedReportingOverflow(by: cost)
    capacity = overflow ? .max : product
    level = capacity
    filledAt = now
  }

  /// Takes a request out of the budget.
  ///
  /// - Returns: false if the budget is spent.
  mutating func take(now: Instant) -> Bool {
    // A clock that was set back brings nothing.
    let elapsed = max(now.nanoseconds &- filledAt.nanoseconds, 0)
    filledAt = now
    let (gain, tooMuch) = elapsed.multipliedReportingOverflow(by: count)
    let (sum, overflow) = level.addingReportingOverflow(gain)
    level = tooMuch || overflow ? capacity : min(sum, capacity)
    guard level >= cost else { return false }
    level -= cost
    return true
  }
}
