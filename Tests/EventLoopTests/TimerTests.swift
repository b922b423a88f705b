import EventLoop
import Synchronization
import TestSupport
import Testing

@Suite struct TimerTests {
  private final class Log {
    var fired: [Int] = []
  }

  @Test("timers fire in the order of their deadlines, whatever the order they were set in")
  func order() throws {
    let loop = try EventLoop()
    let log = Log()
    for delay in [5, 1, 4, 2, 3] {
      _ = loop.schedule(after: .milliseconds(delay)) {
        log.fired.append(delay)
        if delay == 5 { loop.stop() }
      }
    }
    try loop.run()
    #expect(log.fired == [1, 2, 3, 4, 5])
  }

  @Test("a cancelled timer does not fire, and cancelling twice harms no other timer")
  func cancel() throws {
    let loop = try EventLoop()
    let log = Log()
    let first = loop.schedule(after: .milliseconds(1)) { log.fired.append(1) }
    loop.cancel(first)
    // The slot of the first timer is used again: its old name must not reach the new one.
    _ = loop.schedule(after: .milliseconds(2)) { log.fired.append(2) }
    loop.cancel(first)
    _ = loop.schedule(after: .milliseconds(3)) { loop.stop() }
    try loop.run()
    #expect(log.fired == [2])
  }

  @Test("of a thousand timers that are due at once all fire, in their order")
  func many() throws {
    let loop = try EventLoop()
    let log = Log()
    let deadline = loop.deadline(after: .milliseconds(1))
    for number in 0..<1_000 {
      _ = loop.schedule(at: deadline + UInt64(number)) {
        log.fired.append(number)
        if number == 999 { loop.stop() }
      }
    }
    try loop.run()
    #expect(log.fired == Array(0..<1_000))
  }

  @Test("a timer set by a timer fires too")
  func nested() throws {
    let loop = try EventLoop()
    let log = Log()
    _ = loop.schedule(after: .zero) {
      log.fired.append(1)
      _ = loop.schedule(after: .milliseconds(1)) {
        log.fired.append(2)
        loop.stop()
      }
    }
    try loop.run()
    #expect(log.fired == [1, 2])
  }

  @Test("a loop that has ended holds nothing that its timers would have needed")
  func released() throws {
    let loop = try EventLoop()
    weak var held: Log?
    var later: TimerID?
    do {
      let log = Log()
      held = log
      later = loop.schedule(after: .seconds(3_600)) { log.fired.append(1) }
      _ = loop.schedule(after: .zero) { loop.stop() }
    }
    try loop.run()
    #expect(held == nil)
    // Who does not know that the loop has ended may still cancel it.
    loop.cancel(try #require(later))
    #expect(loop.heldTimers == 0)
  }

  @Test("a timer that another one cancels in the same round does not fire")
  func cancelledWhenDue() throws {
    let loop = try EventLoop()
    let log = Log()
    var second: TimerID?
    _ = loop.schedule(at: 1) {
      log.fired.append(1)
      if let second { loop.cancel(second) }
    }
    second = loop.schedule(at: 2) { log.fired.append(2) }
    _ = loop.schedule(at: 3) { loop.stop() }
    try loop.run()
    #expect(log.fired == [1])
  }

  @Test("a timer that sets itself again without delay keeps nothing else from its turn")
  func fair() throws {
    let loop = try EventLoop()
    let log = Log()
    let mailbox = loop.mailbox
    func again() {
      log.fired.append(log.fired.count)
      if log.fired.count == 1 { mailbox.post { $0.stop() } }
      if log.fired.count < 10_000 { _ = loop.schedule(after: .zero, again) }
    }
    _ = loop.schedule(after: .zero, again)
    try loop.run()
    #expect(log.fired.count < 10)
  }

  @Test("a hundred thousand timers set and cancelled leave the queue empty")
  func bounded() throws {
    let loop = try EventLoop()
    for _ in 0..<100_000 {
      loop.cancel(loop.schedule(after: .seconds(3600)) {})
    }
    #expect(loop.heldTimers == 0)
  }

  @Test(
    "durations become nanoseconds without trapping",
    arguments: [
      (Duration.milliseconds(1), UInt64(1_000_000)), (.zero, 0), (.seconds(-1), 0),
      (.seconds(Int64.max), .max), (.nanoseconds(7), 7),
    ])
  func durations(_ duration: Duration, _ nanoseconds: UInt64) {
    #expect(duration.clampedNanoseconds == nanoseconds)
  }
}
