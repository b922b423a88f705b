import EventLoop

/// A response that is made on the background thread, as both threads know it. A connection waits for one at a time.
struct Job: Sendable, Equatable {
  /// Unique among those of its loop.
  let number: UInt64
  /// What it waits for, where it is not made as soon as it can be.
  var held: Held?

  /// A question that is asked again and again.
  struct Held: Sendable {
    let wait: VerifyWait
    /// Ends the wait.
    let timer: TimerID
  }

  static func == (left: Job, right: Job) -> Bool { left.number == right.number }

  /// What came of it.
  enum Outcome: Sendable {
    /// A whole response; whether the connection ends behind it.
    case bytes([UInt8], closes: Bool)
    /// A response's head, and events that follow: first those of the replay.
    case events([UInt8], EventSubscription, EventReplay)

    /// Bytes of memory that it takes.
    var size: Int {
      switch self {
      case .bytes(let bytes, _): bytes.capacity
      case .events(let bytes, _, let replay): bytes.capacity + replay.size
      }
    }

    /// Undoes it, where nobody waits any more.
    func cancel() {
      if case .events(_, let subscription, _) = self { subscription.cancel() }
    }
  }
}

/// A job as the connection holds it that waits for it.
final class AwaitedReply {
  let job: Job
  /// What continues after the response, with the requests that have come already.
  let reader: MessageReader
  /// What the job came to. It waits for the responses before it to be sent.
  private var outcome: Job.Outcome?
  /// Events that came before the response that begins their stream.
  private(set) var earlyEvents: [UInt8] = []

  init(_ job: Job, then reader: MessageReader) {
    self.job = job
    self.reader = reader
  }

  func complete(_ outcome: Job.Outcome) {
    self.outcome = outcome
  }

  /// What the job came to, once; nil while it is not done.
  func take() -> Job.Outcome? {
    outcome.take()
  }

  /// Bytes of memory that what the job came to takes.
  var size: Int { outcome?.size ?? 0 }

  /// Keeps an event, for when its stream begins.
  ///
  /// - Returns: bytes that wait.
  func queue(_ event: [UInt8]) -> Int {
    earlyEvents.append(contentsOf: event)
    return earlyEvents.count
  }

  /// Undoes what nobody waits for any more.
  func cancel() {
    outcome?.cancel()
  }
}
