import Core
import RedirectCall

/// How often each logical request has been tried. Bounded: the ids that were seen first go when there are `limit`.
package struct AttemptCounter: Sendable {
  /// A try: which one of its logical request, and which logical request of the resource, both from 1.
  package struct Ordinals: Sendable, Equatable {
    package var attempt: UInt32
    package var call: UInt32

    package init(attempt: UInt32, call: UInt32) {
      self.attempt = attempt
      self.call = call
    }
  }

  /// As small as can be: there are a hundred thousand of these for a resource. The flag leaves room for the ring's
  /// nil.
  private struct Entry {
    let id: RequestUUID
    let call: UInt32
    private var attemptLow: UInt16 = 1
    private var attemptHigh: UInt8 = 0
    private let isKept = true

    init(id: RequestUUID, call: UInt32) {
      self.id = id
      self.call = call
    }

    /// Counts one more attempt, up to 2²⁴ - 1.
    mutating func countAttempt() -> UInt32 {
      let attempt = min(UInt32(attemptHigh) << 16 | UInt32(attemptLow), 0xFF_FFFE) + 1
      attemptLow = UInt16(truncatingIfNeeded: attempt)
      attemptHigh = UInt8(truncatingIfNeeded: attempt >> 16)
      return attempt
    }
  }

  private var entries = Ring<Entry>()
  private var index = RequestIDIndex()
  private let limit: Int
  /// Logical requests counted.
  package private(set) var calls: UInt32 = 0

  package init(limit: Int) {
    self.limit = min(max(limit, 1), 1 << 30)
  }

  /// Counts a try.
  ///
  /// - Parameter id: nil for a request without an id, which is always the first try of its own.
  package mutating func count(_ id: RequestUUID?) -> Ordinals {
    guard let id else { return nextCall() }
    if let place = index.place(of: id, isThere: { entries[number($0)].id == id }) {
      let number = number(place)
      return Ordinals(attempt: entries[number].countAttempt(), call: entries[number].call)
    }
    if entries.count == limit { forgetOldest() }
    let ordinals = nextCall()
    index.insert(id, at: place(entries.nextNumber))
    entries.append(Entry(id: id, call: ordinals.call))
    return ordinals
  }

  /// Bytes that it takes, with its empty room.
  package var bytes: Int { entries.room &* MemoryLayout<Entry?>.stride &+ index.bytes }

  /// Forgets the ids that were seen first, and gives up their room.
  ///
  /// - Returns: how many there were to forget.
  package mutating func dropOldest(_ count: Int) -> Int {
    let dropped = min(count, entries.count)
    for _ in 0..<dropped { forgetOldest() }
    index.shrink()
    entries.shrink()
    return dropped
  }

  /// Forgets all ids, and starts counting again.
  mutating func removeAll() {
    self = AttemptCounter(limit: limit)
  }

  private mutating func forgetOldest() {
    guard let oldest = entries.oldest else { return }
    index.remove(oldest.id, at: place(entries.firstNumber))
    entries.removeOldest()
  }

  /// What the index keeps of a number. The ring holds far fewer than 2³² entries, so that this tells them apart.
  private func place(_ number: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: number) }

  private func number(_ place: UInt32) -> UInt64 {
    entries.firstNumber &+ UInt64(place &- self.place(entries.firstNumber))
  }

  private mutating func nextCall() -> Ordinals {
    calls &+= 1
    return Ordinals(attempt: 1, call: calls)
  }
}
