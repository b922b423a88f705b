import Core
import EventLoop
import Synchronization

/// How many deliveries one port gets in a second, over all loops. Clients on other machines may be able to ask for
/// deliveries, and nobody must be flooded by these.
package final class DeliveryRate: Sendable {
  /// Deliveries a second to one port.
  package static let perSecond = 30
  private static let pause: UInt64 = 1_000_000_000 / UInt64(perSecond)

  /// When each port's next delivery may be sent: monotonic nanoseconds. At most one for each port.
  private let next = Guarded<[UInt16: UInt64]>([:])

  /// How far ahead turns are reserved. A delivery that would come later fails, because there are too many.
  private static let horizon: UInt64 = 30_000_000_000

  package init() {}

  /// Takes a turn.
  ///
  /// - Returns: the time until the turn; nil if too many deliveries have one already.
  package func wait(for port: UInt16, at now: UInt64) -> Duration? {
    next.withLock { next in
      if next.count > 1_024 { next = next.filter { $0.value > now } }
      let turn = max(next[port] ?? 0, now)
      guard turn &- now <= Self.horizon else { return nil }
      next[port] = turn &+ Self.pause
      return .nanoseconds(Int64(clamping: turn - now))
    }
  }
}
