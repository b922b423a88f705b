import RedirectCall

/// Counters at one moment: of one loop, or summed over several loops, together with the figures of the stores.
package struct MetricsSnapshot: Sendable, Equatable {
  /// Requests by status; 0 stands for none sent.
  package internal(set) var statuses: [Int: UInt64] = [:]
  /// Refused requests by the index of their stage.
  package internal(set) var stages = [UInt64](
    repeating: 0, count: Rejection.Stage.allCases.count)
  /// Requests by bucket of ``Metrics/buckets``, not cumulative; the last count is of slower ones.
  package internal(set) var latencies = [UInt64](repeating: 0, count: Metrics.buckets.count + 1)
  /// Nanoseconds.
  package internal(set) var latencySum: UInt64 = 0
  /// Requests by outcome.
  package internal(set) var totals = RequestTotals()
  package internal(set) var accepted: UInt64 = 0
  package internal(set) var closed: UInt64 = 0
  package internal(set) var refused: UInt64 = 0
  package internal(set) var bytesReceived: UInt64 = 0
  package internal(set) var bytesSent: UInt64 = 0
  package internal(set) var handshakes: UInt64 = 0
  package internal(set) var handshakeFailures: UInt64 = 0
  /// Connections on which a rule's fault happened, and others with a failed TLS handshake.
  package internal(set) var failedConnectionsByRule: UInt64 = 0
  package internal(set) var failedConnections: UInt64 = 0
  /// Readers of events that did not keep up.
  package internal(set) var eventReadersDropped: UInt64 = 0
  /// Deliveries of events that were accepted, that were refused, and that got no response.
  package internal(set) var deliveries: [UInt64] = [0, 0, 0]
  /// Deliveries for which there was no place.
  package internal(set) var deliveriesRefused: UInt64 = 0
  package internal(set) var deliveriesOpen = 0
  package internal(set) var deliveriesWaiting = 0
  /// Faults fired by name.
  package internal(set) var faults: [String: UInt64] = [:]

  // The stores' figures, which the server adds up over its resources and sets.
  package var resources = 0
  package var repeatabilityIDs = 0
  package var repeatabilityEvictions: UInt64 = 0
  package var journalEntries = 0
  package var journalBytes = 0
  package var journalDropped: UInt64 = 0
  /// Lines of the log that were dropped.
  package var logLinesDropped: UInt64 = 0
  /// Calls of the control API that wait for the background thread.
  package var backgroundWaiting = 0
  /// Calls that were refused because too many waited.
  package var backgroundRefused: UInt64 = 0
  /// The most bytes that clients can make the process keep, and the bytes that are in use.
  package var memoryLimit = 0
  package var memoryUsed = 0
  /// Bytes in use, and refusals and drops at the limit, by the index of ``MemoryBudget/Kind``.
  package var memory = [Int](repeating: 0, count: MemoryBudget.Kind.allCases.count)
  package var memoryRefusals = [UInt64](repeating: 0, count: MemoryBudget.Kind.allCases.count)
  /// Since the server was started, in nanoseconds.
  package var uptime: Int64 = 0

  package init() {}

  /// All requests.
  package var requests: UInt64 { statuses.values.reduce(0, &+) }

  /// Refused requests, including those that could not be read as HTTP.
  package var refusedRequests: UInt64 { stages.reduce(0, &+) }

  /// All faults.
  package var faultsFired: UInt64 { faults.values.reduce(0, &+) }

  /// Adds another loop's counters; the stores' figures stay as they are.
  package mutating func add(_ other: MetricsSnapshot) {
    statuses.merge(other.statuses, uniquingKeysWith: &+)
    faults.merge(other.faults, uniquingKeysWith: &+)
    stages = zip(stages, other.stages).map(&+)
    latencies = zip(latencies, other.latencies).map(&+)
    latencySum &+= other.latencySum
    for outcome in RequestOutcome.allCases { totals[outcome] &+= other.totals[outcome] }
    accepted &+= other.accepted
    closed &+= other.closed
    refused &+= other.refused
    bytesReceived &+= other.bytesReceived
    bytesSent &+= other.bytesSent
    handshakes &+= other.handshakes
    eventReadersDropped &+= other.eventReadersDropped
    failedConnectionsByRule &+= other.failedConnectionsByRule
    failedConnections &+= other.failedConnections
    handshakeFailures &+= other.handshakeFailures
    deliveries = zip(deliveries, other.deliveries).map(&+)
    deliveriesRefused &+= other.deliveriesRefused
    deliveriesOpen += other.deliveriesOpen
    deliveriesWaiting += other.deliveriesWaiting
  }

  /// Adds one resource's journal.
  package mutating func add(_ journal: Journal) {
    journalEntries += journal.count
    journalBytes += journal.bytes
    journalDropped &+= journal.droppedInTotal
  }

  /// Adds the memory that all stores have taken.
  package mutating func add(_ budget: MemoryBudget) {
    memoryLimit += budget.limit
    memoryUsed += budget.used
    for kind in MemoryBudget.Kind.allCases {
      memory[kind.index] += budget.used(for: kind)
      memoryRefusals[kind.index] &+= budget.refused(kind)
    }
  }

  /// Requests of this status; 0 for those that got none.
  package func requests(status: Int) -> UInt64 { statuses[status] ?? 0 }

  /// Requests that this check refused.
  package func rejected(at stage: Rejection.Stage) -> UInt64 { stages[stage.index] }
}
