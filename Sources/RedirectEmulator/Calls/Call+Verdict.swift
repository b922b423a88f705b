import Core

extension Call {
  /// How long a client that should try again may take beyond the wait that it was asked for, before nobody is waited
  /// for any more.
  package static let patience = Duration.seconds(5)

  /// How often the call was redirected.
  public var redirects: Int {
    attempts.count { $0.executed && $0.operation == .redirect } + skippedRedirects
  }

  /// Whether the app knows that the call was redirected: a redirect got a 2xx response, whole, to a client that was
  /// still there; or the response to its last try said that the call is redirected, and then the app took the event.
  public var appKnows: Bool {
    if attempts.contains(where: { $0.operation == .redirect && $0.succeeded }) { return true }
    return deliveryTakenAsRedirected != nil
  }

  /// The delivery that the app took after the response to its last try, which said that the call is redirected already;
  /// nil of a call that was not redirected, whatever a rule sent.
  var deliveryTakenAsRedirected: CallDelivery? {
    guard redirects > 0, let last = attempts.last(where: { $0.operation == .redirect }),
      last.foundCallTaken
    else { return nil }
    return deliveries.last { delivery in
      guard delivery.succeeded, let end = delivery.endedAt else { return false }
      return end >= last.instant
    }
  }

  /// What became of the call.
  public var verdict: Verdict {
    let redirects = redirects
    if origin == .seen, redirects >= 2 { return .redirectedTwice }
    if let taken = takenByNeighbour { return taken == .answer ? .answered : .rejected }
    if redirects > 0, appKnows { return .redirected }
    if let ring {
      if redirects == 0, now < ring.ringsUntil { return .ringing }
      if redirects > 0, mayStillLearn { return .ringing }
    } else if attempts.contains(where: \.isInFlight) || retryIsDue {
      return .waiting
    }
    if redirects > 0 { return .redirectedUnknown }
    if ring == nil, attempts.last?.fault != nil { return .refused }
    return .lost
  }

  /// What the call is doing.
  public var state: State {
    if let taken = takenByNeighbour { return taken == .answer ? .answered : .rejected }
    if redirects > 0 { return .redirected }
    return verdict.isFinal ? .ended : .ringing
  }

  /// Whether something took the call.
  var isTaken: Bool { takenByNeighbour != nil || redirects > 0 }

  /// The neighbour that took the call.
  private var takenByNeighbour: CallAttempt.Operation? {
    attempts.first { $0.executed && $0.operation != .redirect }?.operation
  }

  /// Whether the app of a call that was redirected may learn so before the ring's end.
  private var mayStillLearn: Bool {
    if attempts.contains(where: \.isInFlight) || deliveries.contains(where: \.isOpen) {
      return true
    }
    guard let ring, now < ring.ringsUntil else { return false }
    if deliveries.contains(where: { $0.next.map { $0 < ring.ringsUntil } ?? false }) {
      return true
    }
    return retryIsDue
  }

  /// Whether a client that got no good response may still come back: less than the wait that it was asked for has
  /// passed, and ``patience``.
  private var retryIsDue: Bool { retryWait.map { $0 > 0 } ?? false }

  /// For how many nanoseconds a client that got no good response may still come back; nil if it need not.
  private var retryWait: Int64? {
    guard let last = attempts.last, last.asksForRetry || isBeingRedirected else { return nil }
    // A test may move the resource's clock either way. What has passed on one of the clocks has passed.
    let passed = max(
      now.nanoseconds &- last.endedAt.nanoseconds, monotonicNow &- last.ended)
    let (wait, overflow) = (last.retryAfterNanoseconds ?? 0)
      .addingReportingOverflow(Self.patience.wholeNanoseconds)
    return overflow ? .max : wait.subtractingReportingOverflow(passed).partialValue
  }

  /// Whether the response to a ringing call's last try said that another request redirects the call at this moment: 409
  /// with code 8519. Another try may come.
  private var isBeingRedirected: Bool {
    ring != nil && attempts.last.map { $0.status == 409 && $0.wasAnswered } ?? false
  }

  /// How long a client that may come back has to be silent until it is taken as idle: an app that took the event before
  /// it redirects can pause between its tries, and nothing shows that it does.
  package var silenceOfIdle: Duration {
    guard mayRedirectInBackground else { return Self.shortSilence }
    return .nanoseconds(attempts.last?.retryAfterNanoseconds ?? 0) + Self.patience
  }

  /// Whether the app took the event, and may still redirect the call by itself: nothing shows that it has given up.
  package var mayRedirectInBackground: Bool {
    guard deliveries.contains(where: \.succeeded) else { return false }
    guard let last = attempts.last else { return true }
    // After these a good client does not come back.
    return !(last.succeeded || last.foundCallTaken || last.wasAnswered && last.status == 404)
  }

  /// How long nothing happens until a client is idle that has no reason to come back by itself.
  private static let shortSilence = Duration.seconds(1)

  /// In how many nanoseconds the verdict may change though nobody sends anything; nil if it will not.
  package var changesIn: Int64? {
    guard !verdict.isFinal else { return nil }
    let waits = [retryWait, ring.map { $0.ringsUntil.nanoseconds &- now.nanoseconds }]
    return waits.compactMap(\.self).filter { $0 > 0 }.min()
  }
}
