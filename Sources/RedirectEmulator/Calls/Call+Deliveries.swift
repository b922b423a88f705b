import Core
import RedirectCall

extension Call {
  /// What the last delivery of the event came to, where that matters to a call which nobody took.
  private enum LastDelivery {
    case invalid(String)
    case taken(Int)
    case gone
    case neverAnswered
    case final(Int)
    case tooLate(Int, Duration)
    case noMore(Int)
    case dropped(String)
    case closed
    case failed(String)
    case unfinished
    case due
  }

  /// The last one that began while the call rang. One can begin later: the clock was moved past the ring's end, or a test
  /// delivered the event once more.
  private var lastOfRing: CallDelivery? {
    guard let ring else { return deliveries.last }
    return deliveries.last { $0.at <= ring.ringsUntil } ?? deliveries.last
  }

  private var lastDelivery: LastDelivery? {
    guard let last = lastOfRing else { return nil }
    if last.validated == false { return .invalid(Self.withoutAdvice(last.error ?? "it failed")) }
    // What is due after the ring's end is not delivered to a call that rings.
    if last.next != nil, ring.map({ now < $0.ringsUntil }) ?? true { return .due }
    // What ended it after the ring, such as the app's own end, is not a part of the story.
    if last.isOpen || endedAfterRing(last) && last.error != OutboundFailure.timedOut.description {
      return .unfinished
    }
    if last.error?.hasPrefix("dropped by the rule") ?? false { return .dropped(last.rule ?? "") }
    guard let status = last.status else {
      return switch last.error {
      case OutboundFailure.refused.description: .gone
      case OutboundFailure.timedOut.description: .neverAnswered
      case _ where last.wasClosed: .closed
      default: .failed(Self.withoutAdvice(last.error ?? "no response"))
      }
    }
    if last.succeeded { return .taken(status) }
    if RedeliveryRules.finalStatuses.contains(status) { return .final(status) }
    if let redelivery, let wait = redelivery.wait(after: status, failures: last.n),
      wait > redelivery.wait(after: nil, failures: last.n) ?? wait
    {
      return .tooLate(status, wait)
    }
    return .noMore(status)
  }

  /// Why a delivery got no response, without what to do about it.
  private static func withoutAdvice(_ error: String) -> String {
    let advice = OutboundFailure.howToTrust
    return error.hasSuffix(advice) ? String(error.dropLast(advice.count)) : error
  }

  /// Whether the app was seen before its last delivery found nobody.
  private var appWasThere: Bool {
    !attempts.isEmpty || misdirected != nil
      || deliveries.contains { !$0.isOpen && !$0.foundNobody }
  }

  private func endedAfterRing(_ delivery: CallDelivery) -> Bool {
    guard let ring, let end = delivery.endedAt else { return false }
    return end > ring.ringsUntil
  }

  /// How a call ended that nobody took and whose event was delivered: sentences behind what its tries got; nil if its
  /// deliveries say nothing.
  ///
  /// - Parameter tries: what the app's requests got; nil if it sent none.
  func endingByDelivery(_ tries: String?) -> String? {
    guard let lastDelivery, let last = lastOfRing else { return nil }
    let begin = tries.map { "\(CallWords.capitalized($0))" }
    func then(_ sentence: String) -> String { begin.map { "\($0). \(sentence)" } ?? sentence }
    /// - Parameter rest: behind "answered".
    func answered(_ rest: String) -> String {
      begin == nil && misdirected == nil && strays == nil
        ? "Your app sent \(sentNothing), and answered \(rest)" : then("Your app answered \(rest)")
    }
    switch lastDelivery {
    case .invalid(let finding):
      return then(
        "No event was delivered, since the webhook did not pass the validation: \(finding).")
    case .taken(let status):
      guard let begin else {
        return "Your app answered the webhook \(status), and sent \(sentNothing)."
      }
      if let end = last.endedAt, let lastTry = attempts.last, end < lastTry.instant {
        let sentences = [
          "Your app answered the webhook \(status), so Event Grid does not deliver again.",
          "\(begin).", noFurtherTry,
        ]
        return sentences.compactMap(\.self).joined(separator: " ")
      }
      return
        "\(begin), then answered the webhook \(status), so Event Grid does not deliver again."
    case .gone:
      if appWasThere, begin == nil, misdirected == nil {
        return
          "Your app sent \(sentNothing)\(beforeItWasGone). At delivery \(last.n) it was gone: connection refused."
      }
      if appWasThere {
        return then("Then your app was gone: connection refused at delivery \(last.n).")
      }
      let times = last.n > 1 ? " at each of \(last.n) deliveries" : ""
      return then(
        "Nobody listened at \(Webhook.withoutQuery(last.url)): connection refused\(times).")
    case .neverAnswered:
      return then(
        "The webhook never answered: delivery \(last.n) got no response in \(CallWords.span(last.lasted ?? 0))."
      )
    case .final(let status):
      return answered("the webhook \(status), so the event is never delivered again.")
    case .tooLate(let status, let wait):
      return then(
        "Your app answered the webhook \(status), and Event Grid waits \(CallWords.span(wait.wholeNanoseconds)) after a \(status), longer than the call rings."
      )
    case .noMore(let status):
      return answered(
        last.n < redelivery?.most ?? 0
          ? "the webhook \(status), and the call rang out before the next delivery\(waitBeyondRing.map { ", which would have come \($0) later" } ?? "")."
          : "delivery \(last.n), the last one, with \(status).")
    case .dropped(let rule):
      return then("The rule '\(rule)' dropped its event.")
    case .closed:
      return then("Your app closed the connection of delivery \(last.n) without a response.")
    case .failed(let error):
      return then("Delivery \(last.n) got no response: \(error).")
    case .unfinished:
      guard begin == nil else { return nil }
      return
        "Your app sent \(sentNothing), and delivery \(last.n) of its event had no response when the ring ended."
    case .due: return nil
    }
  }

  /// How long Event Grid waits after the last delivery, which failed, where that is longer than the call then rang.
  var waitBeyondRing: String? {
    guard let ring, let last = lastOfRing, last.status != nil, !last.succeeded,
      let end = last.endedAt, let wait = redelivery?.wait(after: last.status, failures: last.n),
      end.advanced(by: wait) >= ring.ringsUntil
    else { return nil }
    return CallWords.span(wait.wholeNanoseconds)
  }

  /// What came of the last delivery that found an app which was gone at the next one, as a part of a sentence.
  private var beforeItWasGone: String {
    guard let before = deliveries.last(where: { !$0.isOpen && !$0.foundNobody }) else { return "" }
    if let status = before.status { return ", and answered delivery \(before.n) with \(status)" }
    return before.wasClosed
      ? ", and closed the connection of delivery \(before.n) without a response"
      : ", and delivery \(before.n) got no response: \(Self.withoutAdvice(before.error ?? ""))"
  }

  /// Whether a 500 at this moment would have brought another delivery while the call rang.
  func couldDeliverAgain(after time: Instant?) -> Bool {
    guard let ring, let time, let last = deliveries.last,
      let wait = redelivery?.wait(after: 500, failures: last.n)
    else { return false }
    return time.advanced(by: wait) < ring.ringsUntil
  }

  /// What to do where no other delivery can come.
  private var withoutDelivery: String {
    let text = "Keep trying while it rings."
    guard let ring, let redelivery, let last = deliveries.last, last.n < redelivery.most,
      ring.ringsUntil <= ring.rangAt.advanced(by: redelivery.after)
    else { return text }
    let time = CallWords.span(redelivery.after.wholeNanoseconds)
    return text + " For another delivery, let it ring longer than \(time)."
  }

  /// What to change about how the app answers its webhook; nil if its deliveries say nothing.
  var savingByDelivery: String? {
    guard let lastDelivery else { return nil }
    switch lastDelivery {
    // Neither another try nor another delivery changes what the last one got.
    case .taken, .final, .tooLate, .noMore:
      if attempts.last?.isRefusedForGood == true { return nil }
    case .invalid, .gone, .neverAnswered, .dropped, .closed, .failed, .unfinished, .due: break
    }
    if deliveries.last?.error?.hasSuffix(OutboundFailure.howToTrust) ?? false {
      return
        "Name the CA of the webhook's certificate with --ring-ca FILE, or trust any with --ring-insecure."
    }
    switch lastDelivery {
    case .invalid:
      return
        "Answer the validation event with 200, application/json and its validationCode as validationResponse; for CloudEvents answer OPTIONS with WebHook-Allowed-Origin."
    case .taken:
      return attempts.isEmpty
        ? "See that your app \(Self.connection), and that its handler of IncomingCall redirects with the event's incomingCallContext."
        : couldDeliverAgain(after: deliveries.last?.endedAt)
          ? "Answer the webhook 500, or keep trying while it rings." : withoutDelivery
    case .gone:
      if appWasThere, attempts.isEmpty, misdirected == nil {
        return "See in your app's output why it ended before it sent a request."
      }
      return appWasThere
        ? "See why your app ended: an error of a redirect must not end it."
        : "Start your app first, and see that the webhook's URL has its port."
    case .neverAnswered:
      // It waits for the service, and can answer nothing.
      if lastTryWasUnfinished { return Self.shorterTry }
      return couldDeliverAgain(after: deliveries.last?.at)
        ? "Answer the webhook in every case: 200 when the call is redirected, 500 when it is not."
        : "Answer the webhook in every case, when the call is redirected or no longer rings. "
          + withoutDelivery
    case .final(let status):
      if couldDeliverAgain(after: deliveries.last?.endedAt) {
        return "Answer 500 where another delivery may help."
      }
      return attempts.isEmpty
        ? "See why the handler of IncomingCall answered \(status)." : withoutDelivery
    case .tooLate(let status, _):
      let helps = couldDeliverAgain(after: deliveries.last?.endedAt)
      if status == 404 {
        return
          "See that the webhook's URL has the path of your handler: apps have /api/incomingCall, /api/incoming-call, /incomingCall or another."
          + (helps ? " Where a delivery may succeed later, answer 500." : "")
      }
      if helps, let last = deliveries.last,
        let wait = redelivery?.wait(after: 500, failures: last.n)
      {
        return
          "Answer 500: Event Grid then delivers again after \(CallWords.span(wait.wholeNanoseconds))."
      }
      return attempts.isEmpty
        ? "See why the handler of IncomingCall answered \(status)." : withoutDelivery
    case .noMore:
      return attempts.isEmpty
        ? "See in your app's output why the handler of IncomingCall failed before it sent a request: "
          + (unlikePhone
            ?? "its connection string may be missing, have http where the SDK asks for https, or name a host where no emulator is.")
        : "Keep trying while it rings, before you answer the webhook."
    case .dropped: return "Take that rule out, or have the app find calls without their event."
    case .closed:
      if attempts.isEmpty, let unlikePhone {
        return
          "See in your app's output why the handler of IncomingCall ended without a response: \(unlikePhone)"
      }
      return
        "See why the handler of IncomingCall ended without a response: it has to handle its errors."
    case .failed: return "See that the webhook can be reached, and answers HTTP."
    case .unfinished:
      return attempts.isEmpty
        ? "See what your app waits for: it has to redirect while the call rings." : nil
    case .due: return nil
    }
  }

  /// What the event lacks of a caller that is not a phone number, as the end of a sentence; nil of a phone number.
  private var unlikePhone: String? {
    guard let from, RawID(from).kind != .phoneNumber else { return nil }
    return
      "it may need 'phoneNumber' in the event's 'from', but the caller is not a phone number."
  }

  /// From where an app gets to know the emulator.
  static let connection =
    "reads its connection string from COMMUNICATION_SERVICES_CONNECTION_STRING (for another variable: '--set NAME={connectionString}')"

  /// What a ringing call's deliveries came to so far, as a sentence; nil without any.
  var deliveriesSoFar: String? {
    guard let last = deliveries.last else { return nil }
    guard !last.isOpen else { return "Delivery \(last.n) of its event has no response yet." }
    let got =
      last.status.map { "got \($0)" } ?? "got no response: \(Self.withoutAdvice(last.error ?? ""))"
    guard let next = last.next else { return "Delivery \(last.n) of its event \(got)." }
    return
      "Delivery \(last.n) of its event \(got); the next is due in \(CallWords.span(next.nanoseconds &- now.nanoseconds))."
  }

  /// Which delivery of the event a request came after; nil if that says nothing.
  func delivery(before attempt: CallAttempt) -> Int? {
    guard let last = deliveries.last(where: { $0.at <= attempt.instant }), last.n > 1 else {
      return nil
    }
    return last.n
  }

  /// Why the event of a call that was redirected was delivered again, as a sentence; nil if it was not.
  var redeliveryOfRedirected: String? {
    guard deliveries.count > 1, let first = deliveries.first, !first.isOpen, !first.succeeded
    else { return nil }
    let why =
      first.status.map { "answered \($0)" }
      ?? "not answered (\(Self.withoutAdvice(first.error ?? "")))"
    return "Its event was delivered again, since delivery \(first.n) was \(why)."
  }

  /// Where a chain of calls ended that the app redirected to itself, as a sentence.
  var loop: String? {
    guard endsChain else { return nil }
    return
      "Loop: it was redirected to a number or user of the resource again, as the \(chainLength) calls before it were, and no further call was made."
  }
}
