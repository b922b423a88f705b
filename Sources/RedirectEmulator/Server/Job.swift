import EventLoop

/// A response that is made on the background thread, as both threads know it. A connection waits for one at a time.
struct Job: Sendable, Equatable {
  /// Unique among the jobs of its loop.
  let number: UInt64
  /// What it waits for, if it is not made as soon as possible.
  var held: Held?

  /// A question that is judged several times.
  struct Held: Sendable {
    let wait: VerifyWait
    /// Ends the wait.
    let timer: TimerID
  }

  static func == (left: Job, right: Job) -> Bool { left.number == right.number }

  /// The result of a job.
  enum Outcome: Sendable {
    /// A whole response; whether the connection ends after it.
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

    /// Cancels it, if nobody waits for it any more.
    func cancel() {
      if case .events(_, let subscription, _) = self { subscription.cancel() }
    }
  }
}

/// A job that its connection waits for.
final class AwaitedReply {
  let job: Job
  /// Continues after the response, with the requests that have come already.
  let reader: MessageReader
  /// The job's result. It waits until the responses before it are sent.
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

  /// The job's result, once; nil while it is not done.
  func take() -> Job.Outcome? {
    outcome.take()
  }

  /// Bytes of memory that the result takes.
  var size: Int { outcome?.size ?? 0 }

  /// Keeps an event until its stream begins.
  ///
  /// - Returns: bytes that wait.
  func queue(_ event: [UInt8]) -> Int {
    earlyEvents.append(contentsOf: event)
    return earlyEvents.count
  }

  /// Cancels what nobody waits for any more.
  func cancel() {
    outcome?.cancel()
  }
}
