import Core

extension Call {
  /// A try that followed a response that asked for a wait.
  struct Comeback {
    /// Its place among all tries.
    let offset: Int
    /// Its number in the journal.
    let seq: UInt64
    /// The time since the response's last byte, in nanoseconds.
    let pause: Int64
    /// The wait that the response asked for, in nanoseconds.
    let asked: Int64
    /// Whether another delivery of the event may have brought it about: that handler knows nothing of the response.
    let isOfOtherDelivery: Bool

    /// Whether it came sooner than the response had asked.
    var isTooEarly: Bool {
      !isOfOtherDelivery && pause < asked - min(asked, Verifier.tolerance)
    }

    /// What it did, as the end of a sentence.
    var words: String {
      "came \(CallWords.span(pause)) after a response that asked for \(CallWords.span(asked))"
    }
  }

  /// The tries that followed a response that asked for a wait; `verify` judges by them, too. A try that was on its way
  /// before the response could be read is none.
  var comebacks: [Comeback] {
    let tries = redirectTries
    return tries.enumerated().dropFirst().compactMap { index, next in
      let before = tries[index - 1].element
      guard let asked = before.retryAfterNanoseconds, !before.isInFlight else { return nil }
      let pause = next.element.pause(after: before)
      guard pause >= 0 else { return nil }
      return Comeback(
        offset: next.offset, seq: next.element.seq, pause: pause, asked: asked,
        isOfOtherDelivery: areOfDifferentDeliveries(before, next.element))
    }
  }

  /// The first try that came too soon.
  var haste: Comeback? { comebacks.first(where: \.isTooEarly) }

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
