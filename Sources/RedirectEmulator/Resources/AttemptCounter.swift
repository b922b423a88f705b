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

  private struct Entry {
    var id: RequestUUID
    var ordinals: Ordinals
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
      entries[number].ordinals.attempt &+= 1
      return entries[number].ordinals
    }
    if entries.count == limit, let oldest = entries.oldest {
      index.remove(oldest.id, at: place(entries.firstNumber))
      entries.removeOldest()
    }
    let ordinals = nextCall()
    index.insert(id, at: place(entries.nextNumber))
    entries.append(Entry(id: id, ordinals: ordinals))
    return ordinals
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
