import Core
import EventLoop
import RedirectCall
import Synchronization

/// One event loop's counters. Only the loop writes them, and any thread may read them. Each is an atomic of its own.
/// There is one writer, so adding to one is a load and a store, not a locked instruction.
package final class Metrics: Sendable {
  /// Upper bounds of the latency histogram's buckets, in nanoseconds.
  package static let buckets: [Int64] = [
    50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000,
    50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000,
    5_000_000_000, 10_000_000_000,
  ]

  /// The most fault names that are counted one by one; further ones count as `other`.
  private static let faultLimit = 64

  /// Index 0 counts requests without a status, 1…999 those with it.
  private let statuses = InlineArray<1_000, Atomic<UInt64>> { _ in Atomic(0) }
  private let stages = InlineArray<8, Atomic<UInt64>> { _ in Atomic(0) }
  /// One for each of ``buckets``, and one for everything slower.
  private let latencies = InlineArray<18, Atomic<UInt64>> { _ in Atomic(0) }
  private let latencySum = Atomic<UInt64>(0)
  private let outcomes = InlineArray<5, Atomic<UInt64>> { _ in Atomic(0) }
  private let accepted = Atomic<UInt64>(0)
  private let closed = Atomic<UInt64>(0)
  private let refused = Atomic<UInt64>(0)
  private let received = Atomic<UInt64>(0)
  private let sent = Atomic<UInt64>(0)
  private let handshakes = Atomic<UInt64>(0)
  private let handshakeFailures = Atomic<UInt64>(0)
  private let ruledConnections = Atomic<UInt64>(0)
  private let failedConnections = Atomic<UInt64>(0)
  private let eventReaders = Atomic<UInt64>(0)
  /// Deliveries that were accepted, that were refused, and that got no response.
  private let deliveries = InlineArray<3, Atomic<UInt64>> { _ in Atomic(0) }
  private let deliveriesRefused = Atomic<UInt64>(0)
  private let deliveriesOpen = Atomic<Int>(0)
  private let deliveriesWaiting = Atomic<Int>(0)
  private let faults = Guarded<[String: UInt64]>([:])

  package init() {}

  /// Counts a request when it ends.
  /// - Parameters:
  ///   - status: the status that was sent; 0 if none was.
  ///   - stage: the check that refused it.
  ///   - outcome: the request's outcome.
  ///   - duration: from the first byte received to the last one sent, in nanoseconds.
  package func requestEnded(
    status: UInt16, stage: Rejection.Stage?, outcome: RequestOutcome, duration: Int64
  ) {
    Self.add(1, to: statuses[status < 1_000 ? Int(status) : 0])
    if let stage { Self.add(1, to: stages[stage.index]) }
    Self.add(1, to: outcomes[outcome.index])
    var bucket = 0
    while bucket < Self.buckets.count, duration > Self.buckets[bucket] { bucket += 1 }
    Self.add(1, to: latencies[bucket])
    Self.add(UInt64(max(duration, 0)), to: latencySum)
  }

  package func connectionAccepted() { Self.add(1, to: accepted) }

  package func connectionClosed() { Self.add(1, to: closed) }

  /// A connection that was turned away at `--max-connections`.
  package func connectionRefused() { Self.add(1, to: refused) }

  /// A reader of events that did not keep up.
  package func eventReaderDropped() { Self.add(1, to: eventReaders) }

  /// Counts a delivery of an event when it ends.
  /// - Parameter status: of the response; nil if there was none.
  package func deliveryEnded(status: Int?) {
    let place = status.map { (200...299).contains($0) ? 0 : 1 } ?? 2
    Self.add(1, to: deliveries[place])
  }

  /// A delivery for which there was no place.
  package func deliveryRefused() { Self.add(1, to: deliveriesRefused) }

  /// How many deliveries are in progress, and how many wait for a place.
  package func deliveriesAre(open: Int, waiting: Int) {
    deliveriesOpen.store(open, ordering: .relaxed)
    deliveriesWaiting.store(waiting, ordering: .relaxed)
  }

  package func bytesReceived(_ count: Int) { Self.add(UInt64(clamping: count), to: received) }

  package func bytesSent(_ count: Int) { Self.add(UInt64(clamping: count), to: sent) }

  package func handshakeEnded(succeeded: Bool) {
    if succeeded { Self.add(1, to: handshakes) } else { Self.add(1, to: handshakeFailures) }
  }

  /// A connection that is listed as failed.
  /// - Parameter byRule: whether a rule's fault took place on it.
  package func connectionFailed(byRule: Bool) {
    if byRule { Self.add(1, to: ruledConnections) } else { Self.add(1, to: failedConnections) }
  }

  /// Counts a fault of a scenario by its name (`reset`, `truncate`, …). Off the hot path.
  package func faultFired(_ name: String) {
    faults.withLock { faults in
      let key = faults[name] != nil || faults.count < Self.faultLimit ? name : "other"
      faults[key, default: 0] &+= 1
    }
  }

  /// The counters as they are.
  package func snapshot() -> MetricsSnapshot {
    var snapshot = MetricsSnapshot()
    for index in 0..<1_000 {
      let count = statuses[index].load(ordering: .relaxed)
      if count > 0 { snapshot.statuses[index] = count }
    }
    for stage in Rejection.Stage.allCases {
      snapshot.stages[stage.index] = stages[stage.index].load(ordering: .relaxed)
    }
    for index in snapshot.latencies.indices {
      snapshot.latencies[index] = latencies[index].load(ordering: .relaxed)
    }
    snapshot.latencySum = latencySum.load(ordering: .relaxed)
    for outcome in RequestOutcome.allCases {
      snapshot.totals[outcome] = outcomes[outcome.index].load(ordering: .relaxed)
    }
    snapshot.accepted = accepted.load(ordering: .relaxed)
    snapshot.closed = closed.load(ordering: .relaxed)
    snapshot.refused = refused.load(ordering: .relaxed)
    snapshot.bytesReceived = received.load(ordering: .relaxed)
    snapshot.bytesSent = sent.load(ordering: .relaxed)
    snapshot.handshakes = handshakes.load(ordering: .relaxed)
    snapshot.handshakeFailures = handshakeFailures.load(ordering: .relaxed)
    snapshot.failedConnectionsByRule = ruledConnections.load(ordering: .relaxed)
    snapshot.failedConnections = failedConnections.load(ordering: .relaxed)
    snapshot.eventReadersDropped = eventReaders.load(ordering: .relaxed)
    for place in snapshot.deliveries.indices {
      snapshot.deliveries[place] = deliveries[place].load(ordering: .relaxed)
    }
    snapshot.deliveriesRefused = deliveriesRefused.load(ordering: .relaxed)
    snapshot.deliveriesOpen = deliveriesOpen.load(ordering: .relaxed)
    snapshot.deliveriesWaiting = deliveriesWaiting.load(ordering: .relaxed)
    snapshot.faults = faults.withLock { $0 }
    return snapshot
  }

  /// This is correct only with one writer, which is the loop.
  private static func add(_ count: UInt64, to counter: borrowing Atomic<UInt64>) {
    counter.store(counter.load(ordering: .relaxed) &+ count, ordering: .relaxed)
  }
}

extension Rejection.Stage {
  /// The stage's place in the order of the checks, from 0.
  var index: Int {
    switch self {
    case .http: 0
    case .route: 1
    case .apiVersion: 2
    case .authorization: 3
    case .body: 4
    case .repeatability: 5
    case .call: 6
    }
  }
}
