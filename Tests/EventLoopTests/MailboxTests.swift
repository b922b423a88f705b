import EventLoop
import Synchronization
import Testing

@Suite struct MailboxTests {
  @Test("jobs from other threads run on the loop, each once")
  func jobs() throws {
    let loop = try EventLoop()
    let mailbox = loop.mailbox
    let senders = try (0..<4).map { _ in
      let shared = SharedCount()
      return (
        shared,
        try LoopThread(named: "sender") {
          for _ in 0..<1_000 {
            mailbox.post { _ in shared.value.add(1, ordering: .relaxed) }
          }
          mailbox.post { loop in
            shared.done.store(true, ordering: .releasing)
            (loop.owner as? Finish)?.oneMore(loop)
          }
        }
      )
    }
    let finish = Finish(expected: 4)
    loop.owner = finish
    try loop.run()
    for (shared, thread) in senders {
      thread.join()
      #expect(shared.value.load(ordering: .relaxed) == 1_000)
    }
    withExtendedLifetime(finish) {}
  }

  @Test("a mailbox whose loop has ended refuses jobs and counts them")
  func closed() throws {
    let loop = try EventLoop()
    let mailbox = loop.mailbox
    mailbox.post { $0.stop() }
    try loop.run()
    #expect(!mailbox.post { _ in })
    #expect(mailbox.refused == 1)
  }

  @Test("a full mailbox refuses jobs and counts them; those that it has run in order")
  func full() throws {
    let loop = try EventLoop()
    let mailbox = loop.mailbox
    let order = Order()
    loop.owner = order
    var accepted = 0
    while mailbox.post({ [accepted] in ($0.owner as? Order)?.seen.append(accepted) }) {
      accepted += 1
      try #require(accepted < 1_000_000)
    }
    #expect(!mailbox.post { $0.stop() })
    #expect(mailbox.refused == 2)
    _ = loop.schedule(after: .zero) {
      // There is room again, and a job may post another.
      mailbox.post { $0.mailbox.post { $0.stop() } }
    }
    try loop.run()
    #expect(order.seen == Array(0..<accepted))
    #expect(mailbox.refused == 2)
  }

  @Test(
    "a job that has to get through does, although the mailbox is full; not when the loop has ended")
  func insisting() throws {
    let loop = try EventLoop()
    let mailbox = loop.mailbox
    var accepted = 0
    while mailbox.post({ _ in }) {
      accepted += 1
      try #require(accepted < 1_000_000)
    }
    #expect(mailbox.insist { $0.stop() })
    try loop.run()
    #expect(!mailbox.insist { _ in })
  }

  @Test("a loop that never ran releases what is registered, when it is closed")
  func closedBeforeItRan() throws {
    let loop = try EventLoop()
    loop.owner = Order()
    _ = loop.schedule(after: .seconds(1)) {}
    loop.close()
    #expect(!loop.mailbox.post { _ in })
    #expect(loop.heldTimers == 0 && loop.owner == nil)
  }

  private final class Order {
    var seen: [Int] = []
  }

  private final class SharedCount: Sendable {
    let value = Atomic<Int>(0)
    let done = Atomic<Bool>(false)
  }

  private final class Finish {
    private var left: Int

    init(expected: Int) { left = expected }

    func oneMore(_ loop: EventLoop) {
      left -= 1
      if left == 0 { loop.stop() }
    }
  }
}
