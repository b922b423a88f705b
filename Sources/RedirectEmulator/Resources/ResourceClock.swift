import Core
import RedirectCall
import Synchronization

/// A resource's clock: the machine's clock plus an offset. Everything in the contract that depends on the time (tokens,
/// skew, the repeatability window, ringing calls, rules' windows) uses it.
final class ResourceClock: Sendable {
  private let nanoseconds = Atomic<Int64>(0)

  /// How far this clock is ahead of the machine's.
  var offset: Duration {
    .nanoseconds(nanoseconds.load(ordering: .relaxed))
  }

  /// - Parameter wallClock: the machine's clock, nanoseconds since 1970.
  func now(_ wallClock: UInt64) -> Instant {
    let (sum, overflow) = Int64(clamping: wallClock)
      .addingReportingOverflow(nanoseconds.load(ordering: .relaxed))
    return Instant(nanoseconds: overflow ? .max : sum)
  }

  /// Moves the clock; it continues from there.
  func set(offset: Duration) {
    let (seconds, attoseconds) = offset.components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let whole = overflow ? (seconds < 0 ? Int64.min : .max) : product
    let (sum, carried) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    nanoseconds.store(carried ? (seconds < 0 ? .min : .max) : sum, ordering: .relaxed)
  }

  /// Moves the clock so that it now shows `instant`.
  func set(now instant: Instant, wallClock: UInt64) {
    let (difference, overflow) = instant.nanoseconds
      .subtractingReportingOverflow(Int64(clamping: wallClock))
    nanoseconds.store(
      overflow ? (instant.nanoseconds < 0 ? .min : .max) : difference, ordering: .relaxed)
  }
}
