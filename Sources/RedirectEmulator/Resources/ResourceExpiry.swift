import Core
import EventLoop
import Synchronization

/// Finds resources that nobody used for the time that they are kept: guide ControlAPI, "Resources".
///
/// It costs requests nothing: the journal's last number shows whether there were any. So it looks now and then, and a
/// resource may be found up to an eighth of its time late.
final class ResourceExpiry: Sendable {
  /// The shortest time.
  static let shortest = Duration.seconds(1)

  private struct Entry {
    let resource: ResourceCore
    /// Nanoseconds.
    let time: UInt64
    /// When it was last found to be in use: monotonic nanoseconds.
    var used: UInt64
    var lastSeq: UInt64 = 0
    var calls: UInt64 = 0
  }

  private let entries = Guarded<[Entry]>([])

  /// Watches a resource from now on.
  func add(_ resource: ResourceCore, after time: Duration, now: UInt64) {
    entries.withLock {
      $0.append(Entry(resource: resource, time: time.clampedNanoseconds, used: now))
    }
  }

  /// The time until the next look; nil if there is nothing to watch.
  var pause: Duration? {
    entries.withLock { entries in
      entries.map(\.time).min().map { .nanoseconds(Int64(clamping: $0 / 8)) }
    }
  }

  /// Removes from the list the resources that have expired, and returns them.
  ///
  /// - Parameter now: monotonic nanoseconds.
  func takeExpired(_ now: UInt64) -> [ResourceCore] {
    entries.withLock { entries in
      var expired: [ResourceCore] = []
      for index in entries.indices {
        let resource = entries[index].resource
        let (seq, isInUse) = resource.state.withLock {
          ($0.journal.lastSeq, $0.openExchanges > 0 || !$0.subscribers.isEmpty)
        }
        let calls = resource.controlCalls.load(ordering: .relaxed)
        if isInUse || seq != entries[index].lastSeq || calls != entries[index].calls {
          entries[index].used = now
          (entries[index].lastSeq, entries[index].calls) = (seq, calls)
        } else if now &- entries[index].used >= entries[index].time {
          expired.append(resource)
        }
      }
      entries.removeAll { entry in
        entry.resource.isRemoved.load(ordering: .relaxed)
          || expired.contains { $0 === entry.resource }
      }
      return expired
    }
  }
}
