import HeapModule

/// The loop's timers: a heap of deadlines. Cancelling marks an entry, which is passed over when it comes up;
/// when more than half of the entries are marked the heap is made anew, so that its size stays within twice
/// the live timers (and 64).
struct TimerQueue {
  private struct Entry: Comparable {
    var deadline: UInt64
    var timer: TimerID

    static func < (a: Entry, b: Entry) -> Bool { a.deadline < b.deadline }
  }

  private struct Slot {
    var generation: UInt32
    var action: (() -> Void)?
  }

  private var heap = Heap<Entry>()
  private var slots: [Slot] = []
  private var free: [Int] = []

  /// Timers that are neither fired nor cancelled.
  private(set) var live = 0

  /// Entries held, cancelled ones included.
  var held: Int { heap.count }

  /// - Parameter deadline: nanoseconds on the monotonic clock.
  mutating func schedule(at deadline: UInt64, _ action: @escaping () -> Void) -> TimerID {
    let index: Int
    if let reused = free.popLast() {
      index = reused
      slots[index].action = action
    } else {
      index = slots.count
      slots.append(Slot(generation: 0, action: action))
    }
    let timer = TimerID(index: index, generation: slots[index].generation)
    heap.insert(Entry(deadline: deadline, timer: timer))
    live += 1
    return timer
  }

  /// Does nothing when the timer has fired or was cancelled.
  mutating func cancel(_ timer: TimerID) {
    guard release(timer) != nil else { return }
    if heap.count > 64, heap.count > live * 2 {
      heap = Heap(heap.unordered.filter { isLive($0.timer) })
    }
  }

  /// Cancels all.
  ///
  /// - Returns: their actions, so that what these hold is let go only when the queue is at rest again.
  mutating func removeAll() -> [() -> Void] {
    var actions: [() -> Void] = []
    for (index, slot) in slots.enumerated() where slot.action != nil {
      if let action = release(TimerID(index: index, generation: slot.generation)) {
        actions.append(action)
      }
    }
    heap = Heap()
    return actions
  }

  /// The earliest deadline.
  mutating func nextDeadline() -> UInt64? {
    while let first = heap.min {
      if isLive(first.timer) { return first.deadline }
      heap.removeMin()
    }
    return nil
  }

  /// The action of the earliest timer that is due, which is then gone.
  mutating func popDue(at now: UInt64) -> (() -> Void)? {
    while let first = heap.min, first.deadline <= now {
      heap.removeMin()
      if let action = release(first.timer) { return action }
    }
    return nil
  }

  private func isLive(_ timer: TimerID) -> Bool {
    slots[timer.index].generation == timer.generation && slots[timer.index].action != nil
  }

  private mutating func release(_ timer: TimerID) -> (() -> Void)? {
    guard isLive(timer) else { return nil }
    let action = slots[timer.index].action
    slots[timer.index].action = nil
    slots[timer.index].generation &+= 1
    free.append(timer.index)
    live -= 1
    return action
  }
}

/// Names a timer of one loop.
package struct TimerID: Sendable, Equatable {
  let index: Int
  let generation: UInt32
}
