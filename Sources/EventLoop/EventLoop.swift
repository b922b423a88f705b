import Core
import Glibc

/// One thread's epoll loop: it waits for descriptors and timers, takes jobs from its mailbox, and calls
/// whoever registered. Everything registered here is used on this thread only.
package final class EventLoop {
  private struct Slot {
    var generation: UInt32 = 0
    var handler: (any EventHandler)?
  }

  // Unchecked is sound for what changes at each event: it is used on the loop's thread only, and no handler is called
  // while one of them changes. Code that reads into `receiveBuffer` takes it out first.

  /// Other threads send jobs to the loop through this.
  package let mailbox: Mailbox
  /// The moment at which this round of events began: monotonic nanoseconds.
  @exclusivity(unchecked) package private(set) var now: UInt64
  /// The same moment on the wall clock: nanoseconds since 1970.
  @exclusivity(unchecked) package private(set) var wallClock: UInt64
  /// The buffer for reading from sockets. The loop's connections share it, because only one is served at a time, so
  /// an idle connection has no buffer.
  @exclusivity(unchecked) package var receiveBuffer: [UInt8]

  /// The object that jobs from the mailbox use. They come from other threads and cannot have a reference to an object
  /// of this thread. Kept until ``close()``; not weak, because each retain of an object that has been referenced weakly
  /// takes the runtime's slow path.
  package var owner: AnyObject?

  /// Timers that are neither fired nor cancelled.
  package var heldTimers: Int { timers.count }

  @exclusivity(unchecked) private var epoll: Epoll
  private var timers = TimerQueue()
  @exclusivity(unchecked) private var slots: [Slot] = []
  private var free: [UInt32] = []
  private var running = true
  @exclusivity(unchecked) private var roundEnders: [any EventHandler] = []

  /// How many handlers wait for the end of a round at most: a response waits for the work of at most this many requests.
  package static let roundEnderLimit = 32
  /// Jobs that were taken from the mailbox and wait for the next round.
  private var jobs = Ring<Mailbox.Job>()

  private static let mailboxToken = UInt64.max
  /// How many jobs, and how many timers, one round runs, so that many of them do not delay the events of sockets.
  private static let jobsPerRound = 256

  /// - Parameter receiveBufferSize: bytes that one read takes at most.
  package init(receiveBufferSize: Int = 65_536) throws(Errno) {
    epoll = try Epoll()
    mailbox = try Mailbox()
    now = SystemCall.monotonicNow()
    wallClock = SystemCall.realtimeNow()
    receiveBuffer = Array(repeating: 0, count: receiveBufferSize)
    try epoll.add(mailbox.descriptor, .read, token: Self.mailboxToken)
  }

  /// Runs until ``stop()`` is called on this loop.
  package func run() throws(Errno) {
    defer { close() }
    while running {
      let count = try epoll.wait(timeout: timeUntilNextTimer())
      updateTime()
      for index in 0..<count {
        let (token, readiness) = epoll.event(index)
        if token == Self.mailboxToken {
          // Those that wait here come first, and are enough for this round.
          if jobs.isEmpty { for job in mailbox.takeAll() { jobs.append(job) } }
        } else if let handler = handler(for: token) {
          handler.ready(readiness)
          if roundEnders.count >= Self.roundEnderLimit { endRound() }
        }
      }
      endRound()
      var jobTurns = Self.jobsPerRound
      while jobTurns > 0, let job = jobs.removeOldest() {
        jobTurns -= 1
        job(self)
      }
      // Only those that there are now: a timer that is set again without a delay waits for the next round.
      var turns = min(timers.count, Self.jobsPerRound)
      while turns > 0, let action = timers.popDue(at: now) {
        turns -= 1
        action()
      }
    }
  }

  /// Calls `handler.roundEnded()` when the events of this round have been handled, or ``roundEnderLimit`` handlers
  /// wait for that. They then send what they have, after the others have run. So a client that sleeps is woken once
  /// for several responses, and not for each of them.
  package func callAtEndOfRound(_ handler: any EventHandler) {
    roundEnders.append(handler)
  }

  private func endRound() {
    if roundEnders.isEmpty { return }
    // By index: a handler may ask again meanwhile, and is then called again.
    var index = 0
    while index < roundEnders.count {
      roundEnders[index].roundEnded()
      index += 1
    }
    roundEnders.removeAll(keepingCapacity: true)
  }

  /// Releases everything that is registered or queued, because it may have references to the loop. The loop does not
  /// run any more. ``run()`` ends with this; a loop that never ran needs it.
  package func close() {
    running = false
    owner = nil
    mailbox.close()
    slots = []
    roundEnders = []
    jobs.removeAll()
    _ = timers.removeAll()
  }

  /// Ends the loop after this round. Call it on the loop's own thread, for example by a mailbox job.
  package func stop() {
    running = false
  }

  /// Watches a descriptor.
  package func register(_ descriptor: Int32, _ interest: Interest, handler: any EventHandler)
    throws(Errno) -> Registration
  {
    let index: UInt32
    if let reused = free.popLast() {
      index = reused
    } else {
      index = UInt32(slots.count)
      slots.append(Slot())
    }
    let registration = Registration(
      descriptor: descriptor, index: index, generation: slots[Int(index)].generation)
    do {
      try epoll.add(descriptor, interest, token: registration.token)
    } catch {
      free.append(index)
      throw error
    }
    slots[Int(index)].handler = handler
    return registration
  }

  /// Changes what a descriptor is watched for.
  package func update(_ registration: Registration, _ interest: Interest) throws(Errno) {
    try epoll.modify(registration.descriptor, interest, token: registration.token)
  }

  /// Stops watching. Events of this round that were not handled yet are dropped.
  package func deregister(_ registration: Registration) {
    let index = Int(registration.index)
    guard index < slots.count, slots[index].generation == registration.generation else { return }
    slots[index].handler = nil
    slots[index].generation &+= 1
    free.append(registration.index)
    // It fails only for a descriptor that is not watched, and then there is nothing to stop.
    try? epoll.remove(registration.descriptor)
  }

  /// Calls `action` once at `deadline` (monotonic nanoseconds) or soon after.
  package func schedule(at deadline: UInt64, _ action: @escaping () -> Void) -> TimerID {
    timers.schedule(at: deadline, action)
  }

  /// Calls `action` once after `delay`.
  package func schedule(after delay: Duration, _ action: @escaping () -> Void) -> TimerID {
    timers.schedule(at: deadline(after: delay), action)
  }

  /// Forgets a timer; one that has fired is skipped.
  package func cancel(_ timer: TimerID) {
    timers.cancel(timer)
  }

  /// The moment `delay` from this round's, saturating.
  package func deadline(after delay: Duration) -> UInt64 {
    let (sum, overflow) = now.addingReportingOverflow(delay.clampedNanoseconds)
    return overflow ? .max : sum
  }

  /// Reads the clocks again, for handlers that worked for long in one round.
  package func updateTime() {
    now = SystemCall.monotonicNow()
    wallClock = SystemCall.realtimeNow()
  }

  private func handler(for token: UInt64) -> (any EventHandler)? {
    let index = Int(token & 0xFFFF_FFFF)
    guard index < slots.count, slots[index].generation == UInt32(token >> 32) else { return nil }
    return slots[index].handler
  }

  /// Milliseconds, rounded up so that a timer is due when the wait ends.
  private func timeUntilNextTimer() -> Int32 {
    if !jobs.isEmpty { return 0 }
    guard let deadline = timers.nextDeadline else { return -1 }
    let current = SystemCall.monotonicNow()
    guard deadline > current else { return 0 }
    let milliseconds = (deadline - current) / 1_000_000 + 1
    return Int32(clamping: milliseconds)
  }
}

/// What the loop calls when a descriptor is ready.
package protocol EventHandler: AnyObject {
  func ready(_ readiness: Readiness)
  /// The round's events have been handled: called once for each ``EventLoop/callAtEndOfRound(_:)``, even if the
  /// handler was deregistered since.
  func roundEnded()
}

extension EventHandler {
  package func roundEnded() {}
}

/// A watched descriptor, as its loop knows it.
package struct Registration: Sendable {
  let descriptor: Int32
  let index: UInt32
  let generation: UInt32

  var token: UInt64 { UInt64(generation) << 32 | UInt64(index) }
}

extension Duration {
  /// Whole nanoseconds, 0 for a negative duration, saturating (584 years).
  package var clampedNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    if seconds < 0 || attoseconds < 0 { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return .max }
    let (sum, carried) = product.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
    return carried ? .max : sum
  }
}
