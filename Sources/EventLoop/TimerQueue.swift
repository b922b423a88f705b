/// The loop's timers: a binary heap of deadlines. Each entry knows its place in the heap, so that cancelling a timer
/// removes its entry at once. Timers with the same deadline fire in the order in which they were set.
///
/// Invariants between two calls: no entry is due before its parent; `slots[entry.slot].place` is that entry's index;
/// a slot is in `free` or has an entry, never both.
package struct TimerQueue {
  private struct Entry {
    var deadline: UInt64
    /// How many timers were set before this one.
    var order: UInt64
    var slot: Int

    func isDue(before other: Entry) -> Bool {
      deadline == other.deadline ? order < other.order : deadline < other.deadline
    }
  }

  private struct Slot {
    var generation: UInt32 = 0
    /// The index of the timer's entry in the heap.
    var place = 0
    var action: (() -> Void)?
  }

  private var heap: [Entry] = []
  private var slots: [Slot] = []
  private var free: [Int] = []
  private var nextOrder: UInt64 = 0

  package init() {}

  /// Timers that are neither fired nor cancelled.
  package var count: Int { heap.count }

  /// The earliest deadline.
  package var nextDeadline: UInt64? { heap.first?.deadline }

  /// - Parameter deadline: nanoseconds on the monotonic clock.
  /// - Complexity: O(log n).
  package mutating func schedule(at deadline: UInt64, _ action: @escaping () -> Void) -> TimerID {
    let slot: Int
    if let reused = free.popLast() {
      slot = reused
    } else {
      slot = slots.count
      slots.append(Slot())
    }
    slots[slot].action = action
    heap.append(Entry(deadline: deadline, order: nextOrder, slot: slot))
    nextOrder &+= 1
    moveUp(heap.count - 1)
    return TimerID(index: slot, generation: slots[slot].generation)
  }

  /// Does nothing when the timer has fired or was cancelled.
  ///
  /// - Complexity: O(log n).
  package mutating func cancel(_ timer: TimerID) {
    guard isLive(timer) else { return }
    _ = remove(at: slots[timer.index].place)
  }

  /// Cancels all.
  ///
  /// - Returns: their actions, so that the caller can release them when the queue is consistent again.
  package mutating func removeAll() -> [() -> Void] {
    var actions: [() -> Void] = []
    while !heap.isEmpty {
      if let action = remove(at: heap.count - 1) { actions.append(action) }
    }
    return actions
  }

  /// Removes the earliest timer that is due, and returns its action.
  ///
  /// - Complexity: O(log n).
  package mutating func popDue(at now: UInt64) -> (() -> Void)? {
    guard let first = heap.first, first.deadline <= now else { return nil }
    return remove(at: 0)
  }

  /// The invariant that does not hold; nil if all hold. For tests.
  package var brokenInvariant: String? {
    for (index, entry) in heap.enumerated() {
      if index > 0, entry.isDue(before: heap[(index - 1) / 2]) {
        return "entry \(index) is due before its parent"
      }
      if slots[entry.slot].place != index { return "slot \(entry.slot) does not know its place" }
      if slots[entry.slot].action == nil { return "slot \(entry.slot) has no action" }
    }
    let unused = slots.count { $0.action == nil }
    if unused != free.count || Set(free).count != free.count {
      return "\(free.count) slots are free, \(unused) are unused"
    }
    return heap.count + free.count == slots.count ? nil : "a slot is lost"
  }

  private func isLive(_ timer: TimerID) -> Bool {
    slots.indices.contains(timer.index) && slots[timer.index].generation == timer.generation
      && slots[timer.index].action != nil
  }

  private mutating func remove(at place: Int) -> (() -> Void)? {
    let slot = heap[place].slot
    let last = heap.removeLast()
    if place < heap.count {
      heap[place] = last
      slots[last.slot].place = place
      // The entry that fills the hole comes from another branch: it may belong above the hole or below it.
      moveUp(place)
      moveDown(slots[last.slot].place)
    }
    let action = slots[slot].action
    slots[slot].action = nil
    slots[slot].generation &+= 1
    free.append(slot)
    return action
  }

  private mutating func moveUp(_ place: Int) {
    let entry = heap[place]
    var hole = place
    while hole > 0 {
      let parent = (hole - 1) / 2
      guard entry.isDue(before: heap[parent]) else { break }
      put(heap[parent], at: hole)
      hole = parent
    }
    put(entry, at: hole)
  }

  private mutating func moveDown(_ place: Int) {
    let entry = heap[place]
    var hole = place
    while true {
      var child = 2 * hole + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].isDue(before: heap[child]) { child += 1 }
      guard heap[child].isDue(before: entry) else { break }
      put(heap[child], at: hole)
      hole = child
    }
    put(entry, at: hole)
  }

  private mutating func put(_ entry: Entry, at place: Int) {
    heap[place] = entry
    slots[entry.slot].place = place
  }
}

/// Identifies a timer of one loop.
package struct TimerID: Sendable, Equatable {
  let index: Int
  let generation: UInt32
}
