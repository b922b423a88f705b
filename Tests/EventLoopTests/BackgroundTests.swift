import Core
import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct BackgroundTests {
  /// Numbers in the order in which they were noted, on any thread.
  private final class Notes: Sendable {
    private let numbers = Guarded<[Int]>([])

    var all: [Int] { numbers.withLock { $0 } }

    func add(_ number: Int) { numbers.withLock { $0.append(number) } }
  }

  @Test("jobs run one after another, in the order in which they were added")
  func order() {
    let background = Background()
    let notes = Notes()
    for number in 0..<1_000 {
      #expect(background.submit { notes.add(number) })
    }
    #expect(becomesTrue { notes.all.count == 1_000 })
    background.stop()
    #expect(notes.all == Array(0..<1_000))
    #expect(background.refused == 0)
  }

  @Test("a job that waits does not keep the one that adds the next")
  func waiting() {
    let background = Background()
    defer { background.stop() }
    let gate = DispatchSemaphore(value: 0)
    defer { gate.signal() }
    let notes = Notes()
    #expect(background.submit { gate.wait() })
    #expect(background.submit { notes.add(1) })
    #expect(becomesTrue { background.waiting == 1 })
    #expect(notes.all == [])
    gate.signal()
    #expect(becomesTrue { notes.all == [1] })
    gate.signal()
  }

  @Test("as many jobs wait as may, further ones are refused and counted, and there is room again")
  func full() {
    let background = Background(jobLimit: 3)
    defer { background.stop() }
    let gate = DispatchSemaphore(value: 0)
    let notes = Notes()
    #expect(background.submit { gate.wait() })
    // The first one runs, and does not wait any more.
    #expect(becomesTrue { background.waiting == 0 })
    for number in 0..<3 { #expect(background.submit { notes.add(number) }) }
    #expect(!background.submit { notes.add(3) })
    #expect(background.refused == 1 && background.waiting == 3)
    gate.signal()
    #expect(becomesTrue { background.waiting == 0 && notes.all.count == 3 })
    #expect(background.submit { notes.add(4) })
    #expect(becomesTrue { notes.all == [0, 1, 2, 4] })
  }

  @Test("jobs hold this many bytes and no more; one that holds more waits alone")
  func bytes() {
    let background = Background(byteLimit: 100)
    defer { background.stop() }
    let gate = DispatchSemaphore(value: 0)
    defer { gate.signal() }
    #expect(background.submit { gate.wait() })
    #expect(becomesTrue { background.waiting == 0 })
    #expect(background.submit(holding: 1_000) {})
    #expect(!background.submit(holding: 1) {})
    #expect(background.submit(holding: 0) {})
    gate.signal()
    #expect(becomesTrue { background.waiting == 0 })
    #expect(background.submit { gate.wait() })
    #expect(becomesTrue { background.waiting == 0 })
    #expect(background.submit(holding: 60) {})
    #expect(background.submit(holding: 40) {})
    #expect(!background.submit(holding: 1) {})
    #expect(background.refused == 2)
  }

  @Test("stopping waits for the job that runs, and drops those that wait, of which each learns")
  func stops() throws {
    let background = Background()
    let gate = DispatchSemaphore(value: 0)
    let notes = Notes()
    #expect(
      background.submit {
        gate.wait()
        notes.add(1)
      })
    #expect(becomesTrue { background.waiting == 0 })
    #expect(background.submit(dropped: { notes.add(-2) }) { notes.add(2) })
    #expect(background.submit { notes.add(4) })
    #expect(background.submit(dropped: { notes.add(-5) }) { notes.add(5) })
    let stopping = try LoopThread(named: "stops") {
      background.stop()
      notes.add(3)
    }
    // The first job still runs: only a stop takes away what waits. From then on all is refused.
    #expect(becomesTrue { background.waiting == 0 })
    #expect(background.isStopped && !background.submit(dropped: { notes.add(-6) }) {})
    gate.signal()
    stopping.join()
    #expect(notes.all == [1, -2, -5, 3])
    background.stop()
  }

  @Test(
    "what is released is freed on its thread, however many jobs wait; and at once after its end")
  func releases() {
    final class Held: Sendable {
      let freed: @Sendable (pthread_t) -> Void

      init(_ freed: @escaping @Sendable (pthread_t) -> Void) { self.freed = freed }

      deinit { freed(pthread_self()) }
    }
    let background = Background(jobLimit: 1)
    let gate = DispatchSemaphore(value: 0)
    let threads = Guarded<[pthread_t]>([])
    #expect(background.submit { gate.wait() })
    #expect(becomesTrue { background.waiting == 0 })
    #expect(background.submit {})
    #expect(!background.submit {})
    background.release(Held { thread in threads.withLock { $0.append(thread) } })
    #expect(threads.withLock { $0.isEmpty })
    gate.signal()
    #expect(becomesTrue { threads.withLock { $0.count == 1 } })
    #expect(threads.withLock { $0.allSatisfy { pthread_equal($0, pthread_self()) == 0 } })
    background.stop()
    background.release(Held { thread in threads.withLock { $0.append(thread) } })
    #expect(threads.withLock { $0.count } == 2)
  }
}
