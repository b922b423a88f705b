import Core
import Synchronization

/// The last requests of one resource, oldest first: a ring with limits on entries and bytes. At either limit the oldest
/// entry is dropped and counted. Sequence numbers never start over, so a reader that pages, or that comes back with
/// `Last-Event-ID`, can find out what it missed. Guarded by its resource's lock.
package struct Journal: Sendable {
  /// The most entries kept; 0 keeps none.
  package let entryLimit: Int
  /// The most bytes kept, as ``JournalEntry/cost`` counts them.
  package let byteLimit: Int

  /// Bytes kept now.
  package private(set) var bytes = 0
  /// Entries dropped at a limit since the journal was made or last emptied.
  package private(set) var dropped: UInt64 = 0
  /// Entries dropped at a limit since the journal was made.
  package private(set) var droppedInTotal: UInt64 = 0
  /// The sequence number given last; 0 if none was.
  package private(set) var lastSeq: UInt64 = 0
  /// How many of the kept requests have ended.
  private var ends: UInt64 = 0

  /// An entry's number is its `seq`.
  private var entries = Ring<JournalEntry>(startingAt: 1)
  /// Everything up to here was emptied on purpose, so nobody misses it.
  private var emptiedThrough: UInt64 = 0
  /// Its share of the memory that all stores have together.
  private var memory: MemoryShare
  /// Whether its resource was removed, so nothing more is kept.
  private var isRetired = false

  /// - Parameters:
  ///   - entryLimit: the most entries kept; 0 turns the journal off.
  ///   - byteLimit: the most bytes kept; 64 MiB by default.
  ///   - budget: what all stores together may keep; nil if there is no such limit.
  package init(
    entryLimit: Int = 10_000, byteLimit: Int = 64 << 20, budget: MemoryBudget? = nil
  ) {
    memory = MemoryShare(of: budget, for: .journal)
    self.entryLimit = max(entryLimit, 0)
    self.byteLimit = max(byteLimit, 0)
  }

  /// Entries kept now.
  package var count: Int { entries.count }

  /// Whether anything is kept at all. If not, ``skip()`` counts the request, and no entry has to be made.
  package var isOn: Bool { entryLimit > 0 && byteLimit > 0 && !isRetired }

  /// Appends an entry.
  /// - Returns: its sequence number, for ``finish(_:status:retryAfter:bytesSent:duration:end:)``.
  /// - Complexity: O(1), amortised over the entries dropped.
  @discardableResult
  package mutating func record(_ entry: consuming JournalEntry) -> UInt64 {
    guard isOn else { return skip() }
    lastSeq += 1
    entry.seq = lastSeq
    if entry.end != nil { entry.endOrder = nextEnd() }
    if entries.count == entryLimit { dropOldest() }
    bytes += entry.cost
    entries.append(entry)
    while bytes > byteLimit { dropOldest() }
    if !memory.cover(held) { dropUntilCovered() }
    memory.settle(to: held)
    return lastSeq
  }

  /// Counts a request that is not kept because the journal is off.
  @discardableResult
  package mutating func skip() -> UInt64 {
    lastSeq += 1
    dropped += 1
    droppedInTotal += 1
    return lastSeq
  }

  /// Completes an entry whose plan ended after it was recorded.
  /// - Parameters:
  ///   - status: the status that was sent after all; nil leaves it unchanged.
  ///   - duration: in nanoseconds, from the first byte received.
  /// - Returns: the whole entry; nil if it is no longer kept.
  @discardableResult
  package mutating func finish(
    _ seq: UInt64, status: UInt16? = nil, retryAfter: Int64? = nil, bytesSent: Int64,
    duration: Int64, end: RequestEnd, isWhole: Bool? = nil
  ) -> JournalEntry? {
    guard entries.contains(seq) else { return nil }
    var entry = entries[seq]
    if let status { entry.status = status }
    if let retryAfter { entry.retryAfter = retryAfter }
    if let isWhole { entry.isWhole = isWhole }
    entry.bytesSent = bytesSent
    entry.duration = duration
    entry.end = end
    if entry.endOrder == 0 { entry.endOrder = nextEnd() }
    entries[seq] = entry
    return entry
  }

  /// Replaces an entry by its newer state, if it is kept.
  package mutating func replace(_ entry: JournalEntry) {
    guard entries.contains(entry.seq) else { return }
    bytes += entry.cost - entries[entry.seq].cost
    entries[entry.seq] = entry
    // The next entry drops what exceeds the limit.
    _ = memory.cover(held)
  }

  /// The entry with this number, if it is kept.
  package func entry(_ seq: UInt64) -> JournalEntry? {
    entries.contains(seq) ? entries[seq] : nil
  }

  /// The result of a function that reads the entry with this number; nil if it is not kept. The entry is not copied: a
  /// hundred thousand copies, each with counted references, would take longer than the reading.
  @inline(__always)
  func read<Value>(_ seq: UInt64, _ body: (borrowing JournalEntry) -> Value) -> Value? {
    entries.read(seq, body)
  }

  /// The numbers of the entries that are kept.
  package var numbers: Range<UInt64> { entries.firstNumber..<entries.nextNumber }

  /// The entries after `after`, oldest first.
  /// - Parameter limit: the most entries on the page.
  /// - Complexity: O(entries on the page), a few retains each. Under a lock, take the page without a limit. Then choose
  ///   from it outside of the lock with ``JournalPage/selecting(_:limit:)``, which reads messages.
  package func page(after: UInt64 = 0, limit: Int = .max) -> JournalPage {
    let first = max(entries.firstNumber, min(after, lastSeq) + 1)
    let kept = entries.nextNumber > first ? entries.nextNumber - first : 0
    let end = first + min(UInt64(max(limit, 0)), kept)
    return JournalPage(
      entries: entries.elements(first..<end),
      next: end < entries.nextNumber ? end - 1 : nil,
      dropped: dropped, missed: missed(after: after))
  }

  /// How many entries after `after` were dropped before a reader could get them.
  package func missed(after: UInt64) -> UInt64 {
    let known = max(after, emptiedThrough)
    let gone = lastSeq - UInt64(entries.count)
    return gone > known ? gone - known : 0
  }

  /// Empties the journal. Sequence numbers continue. The removed entries are not counted as dropped.
  package mutating func clear() {
    entries.removeAll()
    bytes = 0
    dropped = 0
    emptiedThrough = lastSeq
    memory.shrink(to: 0)
  }

  /// Empties it, and keeps nothing after that.
  package mutating func retire() {
    clear()
    isRetired = true
  }

  private mutating func nextEnd() -> UInt64 {
    ends += 1
    return ends
  }

  private mutating func dropOldest() {
    guard let oldest = entries.removeOldest() else { return }
    bytes -= oldest.cost
    dropped += 1
    droppedInTotal += 1
  }
}

// MARK: The memory that all stores share

extension Journal {
  /// When the oldest entry's request began to come, on the machine's monotonic clock; nil if there is no entry.
  package var oldestArrival: Int64? { entries.oldest?.arrived }

  /// Drops the oldest entries and gives their memory back: at least until `wanted` bytes are dropped or none is left,
  /// and further while entries are older than `time`.
  ///
  /// - Returns: the bytes that were given back.
  package mutating func giveBack(_ wanted: Int, before time: Int64, atMost most: Int) -> Int {
    let (takenBefore, keptBefore) = (memory.taken, bytes)
    var count: UInt64 = 0
    while let oldest = oldestArrival, keptBefore - bytes < most,
      keptBefore - bytes < wanted || oldest < time
    {
      dropOldest()
      count += 1
    }
    memory.countDropped(count)
    entries.shrink()
    memory.shrink(to: held)
    return takenBefore - memory.taken
  }

  /// The bytes that it keeps, including unused room for entries.
  private var held: Int {
    bytes + (entries.room - entries.count) * MemoryLayout<JournalEntry?>.stride
  }

  /// Drops its own entries if nobody else could make room in time.
  private mutating func dropUntilCovered() {
    var count: UInt64 = 0
    while !entries.isEmpty, !memory.cover(held) {
      dropOldest()
      count += 1
      if entries.isEmpty { entries.shrink() }
    }
    memory.countDropped(count)
  }
}
