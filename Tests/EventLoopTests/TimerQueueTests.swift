import EventLoop
import TestSupport
import Testing

@Suite("TimerQueue: a heap that agrees with a sorted array")
struct TimerQueueTests {
  private final class Fired {
    var timer: Int?
  }

  /// What the queue should hold: in the order in which they are to fire.
  private struct Model {
    var timers: [(deadline: UInt64, number: Int, id: TimerID)] = []

    mutating func insert(_ deadline: UInt64, _ number: Int, _ id: TimerID) {
      // Behind those of the same deadline.
      var (low, high) = (0, timers.count)
      while low < high {
        let middle = (low + high) / 2
        if timers[middle].deadline <= deadline { low = middle + 1 } else { high = middle }
      }
      timers.insert((deadline, number, id), at: low)
    }
  }

  @Test("100,000 random operations leave the heap whole and fire what a sorted array says")
  func operations() throws {
    var random = SplitMix64(seed: 9)
    var queue = TimerQueue()
    var model = Model()
    var gone: [TimerID] = []
    let fired = Fired()
    var now: UInt64 = 0
    for number in 0..<100_000 {
      // The queue grows to some hundreds of timers and shrinks again, many times over.
      let grows = number / 1_000 % 2 == 0
      switch random.next() % 10 {
      case 0..<(grows ? 6 : 2):
        // Few deadlines, so that many timers share one.
        let deadline = now + random.next() % 50
        model.insert(
          deadline, number, queue.schedule(at: deadline) { fired.timer = number })
      case 6..<8 where !model.timers.isEmpty:
        let index = Int(random.next() % UInt64(model.timers.count))
        let id = model.timers.remove(at: index).id
        queue.cancel(id)
        gone.append(id)
      case 8 where !gone.isEmpty:
        // The name of a timer that is gone means no timer, though its slot may be used again.
        queue.cancel(gone[Int(random.next() % UInt64(gone.count))])
      default:
        now += random.next() % 5
        let due = model.timers.first.flatMap { $0.deadline <= now ? $0 : nil }
        fired.timer = nil
        queue.popDue(at: now)?()
        #expect(fired.timer == due?.number, "operation \(number)")
        if let due {
          model.timers.removeFirst()
          gone.append(due.id)
        }
      }
      if gone.count > 1_000 { gone.removeFirst(500) }
      try #require(queue.count == model.timers.count, "operation \(number)")
      try #require(queue.nextDeadline == model.timers.first?.deadline, "operation \(number)")
      if number % 100 == 0 { try #require(queue.brokenInvariant == nil, "operation \(number)") }
    }
    #expect(queue.brokenInvariant == nil)
  }

  @Test("timers of one deadline fire in the order in which they were set")
  func equalDeadlines() {
    var queue = TimerQueue()
    let fired = Fired()
    for number in 0..<1_000 { _ = queue.schedule(at: 7) { fired.timer = number } }
    for number in 0..<1_000 {
      queue.popDue(at: 7)?()
      #expect(fired.timer == number)
    }
    #expect(queue.popDue(at: .max) == nil)
  }

  @Test("a timer that is cancelled is held no longer, and what it held is let go")
  func cancelled() {
    var queue = TimerQueue()
    weak var held: Fired?
    let id: TimerID
    do {
      let object = Fired()
      held = object
      id = queue.schedule(at: 1) { object.timer = 1 }
    }
    #expect(held != nil)
    queue.cancel(id)
    #expect(held == nil && queue.count == 0 && queue.nextDeadline == nil)
  }

  @Test("removing all returns every action and leaves an empty queue that works")
  func removeAll() {
    var queue = TimerQueue()
    let fired = Fired()
    let ids = (0..<100).map { number in queue.schedule(at: UInt64(number % 7)) {} }
    #expect(queue.removeAll().count == 100)
    for id in ids { queue.cancel(id) }
    #expect(queue.count == 0 && queue.brokenInvariant == nil)
    _ = queue.schedule(at: 3) { fired.timer = 3 }
    queue.popDue(at: 3)?()
    #expect(fired.timer == 3)
  }
}
