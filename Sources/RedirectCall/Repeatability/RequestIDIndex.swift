/// Finds the place of a request id in its owner's ring: a hash table of places, which holds no ids itself, so
/// that a hundred thousand of them stay in the processor's caches. A `Dictionary` of ids costs a request three
/// times as much, most of it in SipHash and in moving its neighbours when the oldest id is dropped.
///
/// Open addressing with linear probing, at most four fifths full: so the usual limit of 100,000 ids fits 2¹⁷ slots. A
/// slot is 0, or the upper half of its id's hash with the highest bit set, and below it the place. Without the seed
/// nobody can choose ids that make a chain long.
package struct RequestIDIndex: Sendable {
  private var slots: [UInt64] = []
  private let seed: (UInt64, UInt64)

  /// Ids that are in it.
  package private(set) var count = 0

  package init() {
    var generator = SystemRandomNumberGenerator()
    seed = (generator.next(), generator.next())
  }

  /// Bytes that it takes.
  package var bytes: Int { slots.count &* MemoryLayout<UInt64>.stride }

  /// The place of an id.
  ///
  /// - Parameter isThere: whether the id is at a place: different ids can share a hash.
  @inline(__always)
  package func place(of id: RequestUUID, isThere: (UInt32) -> Bool) -> UInt32? {
    if slots.isEmpty { return nil }
    let tag = tag(id)
    var index = home(tag)
    while slots[index] != 0 {
      let slot = slots[index]
      if slot >> 32 == tag >> 32, isThere(UInt32(truncatingIfNeeded: slot)) {
        return UInt32(truncatingIfNeeded: slot)
      }
      index = (index &+ 1) & (slots.count &- 1)
    }
    return nil
  }

  /// Adds an id that is not there.
  package mutating func insert(_ id: RequestUUID, at place: UInt32) {
    if count &* 5 >= slots.count &* 4 { resize(to: max(64, slots.count * 2)) }
    put(tag(id) | UInt64(place))
    count += 1
  }

  /// Removes an id from its place; if it is not there nothing happens.
  package mutating func remove(_ id: RequestUUID, at place: UInt32) {
    guard var hole = slot(of: id, at: place) else { return }
    count -= 1
    // The later entries of the chain move up, but not beyond their home slots.
    var index = hole
    while true {
      index = (index &+ 1) & (slots.count &- 1)
      let slot = slots[index]
      if slot == 0 { break }
      let distance = (index &- home(slot)) & (slots.count &- 1)
      if distance >= (index &- hole) & (slots.count &- 1) {
        slots[hole] = slot
        hole = index
      }
    }
    slots[hole] = 0
  }

  /// Records that an id has moved.
  package mutating func move(_ id: RequestUUID, from place: UInt32, to other: UInt32) {
    guard let index = slot(of: id, at: place) else { return }
    slots[index] = tag(id) | UInt64(other)
  }

  private func slot(of id: RequestUUID, at place: UInt32) -> Int? {
    if slots.isEmpty { return nil }
    let wanted = tag(id) | UInt64(place)
    var index = home(wanted)
    while slots[index] != 0 {
      if slots[index] == wanted { return index }
      index = (index &+ 1) & (slots.count &- 1)
    }
    return nil
  }

  private mutating func put(_ slot: UInt64) {
    var index = home(slot)
    while slots[index] != 0 { index = (index &+ 1) & (slots.count &- 1) }
    slots[index] = slot
  }

  /// Frees slots if there are eight times as many as ids. It then keeps a quarter of them to grow into.
  package mutating func shrink() {
    if slots.isEmpty || count &* 8 > slots.count { return }
    if count == 0 {
      slots = []
      return
    }
    var size = slots.count
    while size > 64, size >= count &* 8 { size /= 2 }
    if size < slots.count { resize(to: size) }
  }

  private mutating func resize(to size: Int) {
    let old = slots
    slots = Array(repeating: 0, count: size)
    for slot in old where slot != 0 { put(slot) }
  }

  /// Two 64-bit words folded into one product. The middle of it is well mixed.
  private func tag(_ id: RequestUUID) -> UInt64 {
    let (high, low) = (id.high ^ seed.0).multipliedFullWidth(by: id.low ^ seed.1)
    return ((high ^ low) | 1 << 63) & ~0xFFFF_FFFF
  }

  private func home(_ slot: UInt64) -> Int {
    Int(truncatingIfNeeded: slot >> 32) & (slots.count &- 1)
  }
}
