/// The entries of a journal, oldest first, in one block that is begun anew from its front: an entry is moved into its
/// place, once. (`Deque.append` copies what is as large as this, with all that it refers to.)
struct JournalRing: Sendable {
  private var slots: [JournalEntry?] = []
  private var first = 0
  private(set) var count = 0

  /// - Parameter index: from 0, the oldest; below ``count``.
  subscript(index: Int) -> JournalEntry? {
    get { slots[place(index)] }
    _modify { yield &slots[place(index)] }
  }

  mutating func append(_ entry: consuming JournalEntry) {
    if count == slots.count { grow() }
    slots[place(count)] = consume entry
    count += 1
  }

  mutating func popFirst() -> JournalEntry? {
    guard count > 0 else { return nil }
    let oldest = slots[first].take()
    first = first + 1 == slots.count ? 0 : first + 1
    count -= 1
    return oldest
  }

  mutating func removeAll() {
    self = JournalRing()
  }

  /// The entries in `range`, oldest first.
  func entries(in range: Range<Int>) -> [JournalEntry] {
    range.compactMap { slots[place($0)] }
  }

  /// Makes room for twice as many.
  private mutating func grow() {
    var grown: [JournalEntry?] = []
    grown.reserveCapacity(max(2 * count, 16))
    for index in 0..<count { grown.append(slots[place(index)]) }
    while grown.count < grown.capacity { grown.append(nil) }
    slots = grown
    first = 0
  }

  private func place(_ index: Int) -> Int {
    let place = first + index
    return place < slots.count ? place : place - slots.count
  }
}
