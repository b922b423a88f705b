import RedirectCall

/// How often each logical request has been tried. Bounded by two generations: when the younger one is full the
/// older one goes, so that between `limit` and half as many ids are known, the youngest ones for certain.
struct AttemptCounter {
  /// A try: which one of its logical request, and which logical request of the resource, both from 1.
  struct Ordinals: Sendable, Equatable {
    var attempt: UInt32
    var call: UInt32
  }

  private var young: [RequestUUID: Ordinals] = [:]
  private var old: [RequestUUID: Ordinals] = [:]
  private let generationLimit: Int
  private var calls: UInt32 = 0

  init(limit: Int) {
    generationLimit = max(limit / 2, 1)
  }

  /// Counts a try.
  ///
  /// - Parameter id: nil for a request without an id, which is always the first try of its own.
  mutating func count(_ id: RequestUUID?) -> Ordinals {
    guard let id else { return nextCall() }
    if var known = young[id] {
      known.attempt &+= 1
      young[id] = known
      return known
    }
    if young.count >= generationLimit {
      old = young
      young = [:]
    }
    var ordinals: Ordinals
    if let known = old.removeValue(forKey: id) {
      ordinals = known
      ordinals.attempt &+= 1
    } else {
      ordinals = nextCall()
    }
    young[id] = ordinals
    return ordinals
  }

  private mutating func nextCall() -> Ordinals {
    calls &+= 1
    return Ordinals(attempt: 1, call: calls)
  }
}
