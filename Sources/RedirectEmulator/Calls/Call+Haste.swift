import Core

extension Call {
  /// A try that came sooner than the response before it had asked.
  struct Haste {
    /// Its place among all tries.
    let offset: Int
    /// Its number in the journal.
    let seq: UInt64
    /// The time since the response's last byte, in nanoseconds.
    let pause: Int64
    /// The wait that the response asked for, in nanoseconds.
    let asked: Int64

    /// What it did, as the end of a sentence.
    var words: String {
      "came \(CallWords.span(pause)) after a response that asked for \(CallWords.span(asked))"
    }
  }

  /// The first try that came too soon; `verify` judges by it, too. A try that was on its way before the response could be
  /// read is none, nor is one that another delivery of the event may have brought about.
  var haste: Haste? {
    let tries = redirectTries
    for (index, next) in tries.enumerated().dropFirst() {
      let before = tries[index - 1].element
      guard let asked = before.retryAfterNanoseconds, !before.isInFlight else { continue }
      let pause = next.element.pause(after: before)
      guard pause >= 0, pause < asked - min(asked, Verifier.tolerance),
        !areOfDifferentDeliveries(before, next.element)
      else { continue }
      return Haste(offset: next.offset, seq: next.element.seq, pause: pause, asked: asked)
    }
    return nil
  }

  /// The same in a sentence.
  var comebackTooEarly: String? {
    haste.map { "\(CallWords.capitalized(ordinal($0.offset))) \($0.words)." }
  }

  /// Whether two tries may be those of two deliveries of the event, whose handlers know nothing of each other.
  private func areOfDifferentDeliveries(_ first: CallAttempt, _ second: CallAttempt) -> Bool {
    let begun = deliveries.filter { $0.at <= second.instant }
    guard begun.count > 1, let last = begun.last else { return false }
    if last.at > first.instant { return true }
    // A handler that has answered 2xx may go on in the background.
    return begun.dropLast().contains { earlier in
      earlier.succeeded || earlier.endedAt.map { $0 > first.instant } ?? true
    }
  }
}
