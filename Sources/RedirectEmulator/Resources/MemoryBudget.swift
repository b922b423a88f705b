import Synchronization

/// One limit for all bytes that clients can make the process keep. Code that keeps bytes takes them here first, and
/// gives them back later. When none are left, each ``Kind`` has its own policy.
///
/// Journals may fill what the other kinds leave, up to ``journalLimit``. They drop their oldest entries when the others
/// need room. The others stop below the limit, and larger things stop earlier. So there is still room for small
/// requests when there is none for large ones, and a tenth of the limit always remains for the journals.
///
/// It has no lock. Takers never exceed the limit, on any number of threads; only ``insist(on:for:)`` does.
package final class MemoryBudget: Sendable {
  /// What bytes are kept for. The raw values are the labels in `/metrics`.
  package enum Kind: String, Sendable, CaseIterable {
    /// Entries of journals. At the limit, and at their own lower limit, the oldest entries of all resources are
    /// dropped.
    case journal
    /// Requests that have not arrived whole. At the limit they get 503.
    case body
    /// Responses that their clients have not read. At the limit the connection is reset.
    case response
    /// Events that their readers have not read. At the limit the reader gets `missed`, and is disconnected.
    case event
    /// Registered calls. At the limit a new one gets 507.
    case call
    /// Rules. At the limit new ones get 507.
    case scenario
    /// Resources, without what they keep. At the limit a new one gets 507.
    case resource
    /// Connections. At the limit a new one gets 503.
    case connection
    /// TLS sessions. At the limit a connection is closed before its handshake.
    case tls
    /// Entries of failed connections. At the limit a new one is not kept.
    case failedConnection
    /// Deliveries of events that are in progress. At the limit a delivery fails without being sent.
    case delivery
    /// Request ids that resources remember. Journals make room for them. If they have none left, the resource's oldest
    /// ids are dropped, and ids of other resources that are past their window.
    case requestID = "requestId"

    var index: Int {
      switch self {
      case .journal: 0
      case .body: 1
      case .response: 2
      case .event: 3
      case .call: 4
      case .scenario: 5
      case .resource: 6
      case .connection: 7
      case .tls: 8
      case .failedConnection: 9
      case .delivery: 10
      case .requestID: 11
      }
    }
  }

  /// How much of the limit a taker may use.
  package enum Tier: Sendable {
    /// More than ``smallSize`` bytes in one thing, and everything that users of the control API make.
    case large
    /// At most ``smallSize`` bytes in one thing.
    case small
    /// Connections and their TLS sessions.
    case connection
  }

  /// The most bytes of a small thing.
  package static let smallSize = 64 * 1024

  /// The most bytes.
  package let limit: Int
  /// The most bytes that all journals may have together: 5/16 of the limit. The rest is for the other kinds.
  package let journalLimit: Int
  /// How many bytes a ``MemoryShare`` takes at a time.
  package let step: Int
  /// How many bytes are kept free for the journals' next entries.
  package let headroom: Int

  private let total = Atomic<Int>(0)
  /// Bytes of all kinds except journals.
  private let others = Atomic<Int>(0)
  private let kinds = InlineArray<12, Atomic<Int>> { _ in Atomic(0) }
  /// Bytes taken and given back since ``whenMoved`` was called last.
  private let moved = Atomic<Int>(0)
  private let whenMoved: (@Sendable (_ used: Int) -> Void)?
  private let refusals = InlineArray<12, Atomic<UInt64>> { _ in Atomic(0) }

  /// - Parameters:
  ///   - limit: in bytes.
  ///   - whenMoved: called each time that 1/32 of the limit was taken or given back, with the bytes that are taken
  ///     then. Memory that was given back here may still have to be given back to the system.
  package init(limit: Int, whenMoved: (@Sendable (_ used: Int) -> Void)? = nil) {
    self.whenMoved = whenMoved
    self.limit = max(limit, 0)
    journalLimit = Self.journalLimit(of: self.limit)
    step = min(64 * 1024, max(self.limit / 1024, 1))
    headroom = min(1024 * 1024, self.limit / 64)
  }

  /// The most bytes that all journals may have together with this limit.
  package static func journalLimit(of limit: Int) -> Int { limit / 16 * 5 }

  /// The message of a refusal: that there is no memory, and what to do.
  ///
  /// - Parameter what: what there is no room for.
  static func message(_ what: String, used: Int, limit: Int) -> String {
    "There is no memory for \(what): \(inUse(used, of: limit)). Remove resources that are no longer needed, empty others with POST R/reset, or start the emulator with a larger --max-memory."
  }

  /// How full it is, as part of a message.
  package var inUse: String { Self.inUse(used, of: limit) }

  private static func inUse(_ used: Int, of limit: Int) -> String {
    "\(used) of the \(limit) bytes that --max-memory allows are in use"
  }

  /// Bytes taken.
  package var used: Int { total.load(ordering: .relaxed) }

  /// Bytes that are not taken.
  package var free: Int { max(limit - used, 0) }

  /// Bytes that journals may still take; negative if others have exceeded the limit.
  @inline(__always)
  var roomForJournals: Int {
    min(
      limit - total.load(ordering: .relaxed),
      journalLimit - kinds[Kind.journal.index].load(ordering: .relaxed))
  }

  /// Bytes taken for a kind.
  package func used(for kind: Kind) -> Int { kinds[kind.index].load(ordering: .relaxed) }

  /// How often a kind's policy at the limit was applied.
  package func refused(_ kind: Kind) -> UInt64 { refusals[kind.index].load(ordering: .relaxed) }

  /// Takes bytes, all or none.
  ///
  /// - Returns: false if that would exceed the limit, or the tier's part of it.
  package func take(_ bytes: Int, for kind: Kind, _ tier: Tier = .large) -> Bool {
    if kind == .journal {
      guard Self.add(bytes, to: kinds[kind.index], atMost: journalLimit) else { return false }
      guard Self.add(bytes, to: total, atMost: limit) else {
        kinds[kind.index].subtract(bytes, ordering: .relaxed)
        return false
      }
    } else {
      guard Self.add(bytes, to: others, atMost: ceiling(tier)) else { return false }
      guard Self.add(bytes, to: total, atMost: limit) else {
        others.subtract(bytes, ordering: .relaxed)
        return false
      }
      kinds[kind.index].add(bytes, ordering: .relaxed)
    }
    countMoved(bytes)
    return true
  }

  /// Takes bytes even if that exceeds the limit: for things that the emulator's owner wants to keep.
  package func insist(on bytes: Int, for kind: Kind) {
    change(kind, by: bytes)
    countMoved(bytes)
  }

  /// Gives bytes back that were taken for the same kind.
  package func give(_ bytes: Int, for kind: Kind) {
    change(kind, by: -bytes)
    countMoved(bytes)
  }

  private func change(_ kind: Kind, by bytes: Int) {
    total.add(bytes, ordering: .relaxed)
    if kind != .journal { others.add(bytes, ordering: .relaxed) }
    kinds[kind.index].add(bytes, ordering: .relaxed)
  }

  /// Whether these bytes can be taken after the journals have given up some of theirs.
  package func admits(_ bytes: Int, _ tier: Tier) -> Bool {
    let (sum, overflow) = others.load(ordering: .relaxed).addingReportingOverflow(bytes)
    return !overflow && sum <= ceiling(tier)
  }

  /// Counts what a policy refused or dropped.
  package func countRefusal(of kind: Kind, _ count: UInt64 = 1) {
    refusals[kind.index].add(count, ordering: .relaxed)
  }

  /// The most bytes of all kinds except journals, after a taker of this tier has taken.
  private func ceiling(_ tier: Tier) -> Int {
    switch tier {
    case .large: limit / 4 * 3
    case .small: limit / 16 * 13
    case .connection: limit / 8 * 7
    }
  }

  private func countMoved(_ bytes: Int) {
    guard let whenMoved else { return }
    let sum = moved.add(bytes, ordering: .relaxed).newValue
    guard sum >= limit / 32 else { return }
    // Another thread may call it at the same time, too; that does no harm.
    moved.store(0, ordering: .relaxed)
    whenMoved(used)
  }

  private static func add(_ bytes: Int, to counter: borrowing Atomic<Int>, atMost limit: Int)
    -> Bool
  {
    var current = counter.load(ordering: .relaxed)
    while true {
      let (sum, overflow) = current.addingReportingOverflow(bytes)
      guard !overflow, sum <= limit else { return false }
      let result = counter.weakCompareExchange(
        expected: current, desired: sum, ordering: .relaxed)
      if result.exchanged { return true }
      current = result.original
    }
  }
}

extension MemoryBudget.Tier {
  /// The tier of something with this many bytes.
  init(bytes: Int) {
    self = bytes > MemoryBudget.smallSize ? .large : .small
  }
}
