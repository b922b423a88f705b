import RedirectCall

/// How often each logical request has been tried. Bounded: the ids that were seen first go when there are `limit`.
package struct AttemptCounter {
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

  private var entries: [Entry] = []
  private var index = RequestIDIndex()
  /// The entry that was made first, once there are `limit`.
  private var oldest = 0
  private let limit: Int
  private var calls: UInt32 = 0

  package init(limit: Int) {
    self.limit = min(max(limit, 1), 1 << 30)
  }

  /// Counts a try.
  ///
  /// - Parameter id: nil for a request without an id, which is always the first try of its own.
  package mutating func count(_ id: RequestUUID?) -> Ordinals {
    guard let id else { return nextCall() }
    if let place = index.place(of: id, isThere: { entries[Int($0)].id == id }) {
      entries[Int(place)].ordinals.attempt &+= 1
      return entries[Int(place)].ordinals
    }
    let ordinals = nextCall()
    let entry = Entry(id: id, ordinals: ordinals)
    if entries.count < limit {
      index.insert(id, at: UInt32(entries.count))
      entries.append(entry)
    } else {
      let place = UInt32(oldest)
      index.remove(entries[oldest].id, at: place)
      index.insert(id, at: place)
      entries[oldest] = entry
      oldest = oldest + 1 == limit ? 0 : oldest + 1
    }
    return ordinals
  }

  private mutating func nextCall() -> Ordinals {
    calls &+= 1
    return Ordinals(attempt: 1, call: calls)
  }
}
