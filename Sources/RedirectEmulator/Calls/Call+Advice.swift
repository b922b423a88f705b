extension Call {
  /// What to change; nil if nothing is wrong, and while nothing can be said yet.
  public var advice: String? {
    var advice: [String] = []
    switch verdict {
    case .redirectedTwice:
      advice.append(
        "Send one pair of Repeatability-Request-ID and Repeatability-First-Sent with every try of a call: the service knows a repeat by it, and redirects once."
      )
    case .redirectedUnknown: advice.append(learning)
    case .refused: advice.append(attempts.last?.fault.map(correction) ?? "")
    case .lost:
      advice.append(saving)
      if attempts.last?.lostItsResponse ?? false, misdirected == nil, lateBy == nil {
        advice.append(
          "What each SDK does when a response is lost is in the guide WhichSDKSurvivesWhat.")
      }
    case .redirected:
      if refusedAsTaken != nil {
        advice.append(
          "Redirect a call once. Its event can be delivered twice, also at the same moment: remember its id before the first try, and treat 8528 as done."
        )
      }
    case .ringing where !isTaken: if let misdirected { advice.append(misdirected.advice) }
    case .answered, .rejected, .ringing, .waiting: break
    }
    if endsChain {
      advice.append(
        "Redirect elsewhere than to the number that was called, or handle only events whose 'to' is yours."
      )
    }
    if comebackTooEarly != nil {
      if !advice.contains(where: { $0.hasPrefix(Self.waiting) }) {
        advice.append("\(Self.waiting) before the next try.")
      }
    }
    return advice.isEmpty ? nil : advice.joined(separator: " ")
  }

  private var learning: String {
    let first = attempts.first { $0.executed }
    if let first, first.isRefusedForGood {
      return
        "Read the code of the error: with 8528 the call is redirected already. Treat that as done, and send no other try."
    }
    if attempts.last?.foundCallTaken ?? false {
      return
        "Treat 8528 after a try without a response as done, or send the same Repeatability-Request-ID with every try: the service then says how the first one ended."
    }
    return
      "When no good response comes, send the try again with the same Repeatability-Request-ID and Repeatability-First-Sent: the service then says how the first one ended, and redirects no second time. Or redirect again, and treat 8528 as done. Which SDKs send the same try again is in the guide WhichSDKSurvivesWhat."
  }

  /// What would have saved the caller.
  private var saving: String {
    if let misdirected { return misdirected.advice }
    if let strays { return strays.advice }
    if let failures { return failures.advice }
    if isLate { return Self.beginning }
    if let advisedCure { return advisedCure }
    if lateBy == nil, triedUntilEnd { return untilEnd }
    if lateBy == nil, toldUntruth == nil, attempts.last?.fault == nil, let saving = savingByDelivery
    {
      return saving
    }
    guard let last = triesOfRing.last else {
      return
        "See that your app gets the IncomingCall event, \(Self.connection), and redirects with the event's incomingCallContext."
    }
    if lateBy != nil { return Self.beginning }
    if toldUntruth != nil {
      return "Take the status out of that rule, or give the rule 'after: execution'."
    }
    if let fault = last.fault { return correction(fault) }
    if last.retryAfterNanoseconds != nil, last.wasAnswered {
      return ring == nil
        ? "\(Self.waiting), then try again." : "\(Self.waiting), and keep trying while it rings."
    }
    if lastTryWasUnfinished {
      return Self.shorterTry
    }
    if !last.asksForRetry {
      return givingUp(last)
    }
    if ring == nil { return "Try again after 408, 429, 5xx and after no response." }
    return mayHaveBeenWaiting || triedAfterRing
      ? "Keep the waits between tries so short that the next one comes while it rings."
      : "Keep trying while it rings."
  }

  /// What to do after a response that asks for no other try.
  private func givingUp(_ last: CallAttempt) -> String {
    let status = last.status ?? 0
    guard last.isRefusedForGood else {
      return status == 401
        ? "Another try helps after 401 only with another credential, such as a new token."
        : "After \(status) most clients send no other try. See what your app does for a caller that it cannot redirect."
    }
    let reason =
      status == 404
      ? "404 means that the call is over, and no app can redirect it."
      : "\(status) means that the same redirect is refused each time."
    var steps = attempts.count > 1 ? ["send no other try"] : []
    if deliveries.contains(where: { !$0.isOpen && !$0.succeeded }) {
      steps.append("answer the webhook 200, so that the event is not delivered again")
    }
    let what =
      steps.isEmpty
      ? "See what your app does for a caller that it cannot redirect."
      : CallWords.capitalized(CallWords.list(steps)) + "."
    return "\(reason) \(what)"
  }

  /// What to do about a redirect that came too late.
  private static let beginning =
    "Redirect while the call rings: begin at once, and keep waits and timeouts short enough for the last try."

  /// Whether all tries came when the ring had ended, and no rule gave the app a success.
  private var isLate: Bool {
    triedAfterRing && triesOfRing.isEmpty && toldUntruth == nil
  }

  /// Whether the app tried for as long as the call rang, and after that: another try is no advice then.
  private var triedUntilEnd: Bool {
    guard let ring, triedAfterRing, let last = triesOfRing.last, last.asksForRetry else {
      return false
    }
    let waited = ring.ringsUntil.nanoseconds &- last.endedAt.nanoseconds
    let most = max(last.retryAfterNanoseconds ?? 0, Self.patience.wholeNanoseconds)
    return waited <= most
  }

  private var untilEnd: String {
    if couldDeliverAgain(after: deliveries.last?.at) {
      return
        "Answer the webhook 500 while the call rings, after some tries: another delivery of the event may help."
    }
    return
      "Your app tried as long as the call rang. See what it does for a caller that it cannot redirect."
  }

  /// The begin of what to do about a response that asked for a wait.
  static let waiting = "Wait as long as Retry-After or retry-after-ms says"

  /// What to change where the last try had no response when the ring ended.
  static let shorterTry = "Give each try a time-out that is shorter than the ring, and try again."

  /// What to change about a request that failed a check.
  private func correction(_ fault: CallAttempt.Fault) -> String {
    if let advice = fault.advice { return advice }
    return switch (fault.stage, fault.code) {
    case (_, "8528"): "Redirect a call once, and treat 8528 as done."
    case (_, "8519"): "Send one redirect of a call at a time."
    case (_, "8522"):
      "Use the incomingCallContext of the event as it is, and while its call rings."
    case (_, "7507"), (_, "7508"):
      "Use the connection string or token of the resource at which the call rings."
    case ("authorization", "7504"): "Ask for a token with the scope voip."
    case ("authorization", _):
      "Use the resource's connection string or a valid token, and sign the host that the request is sent to."
    case ("apiVersion", _): "Ask for an api-version that the resource serves."
    case ("body", _):
      "Correct the body. The service refuses it each time, so trying again does not help."
    case ("repeatability", _):
      "Send both Repeatability headers: a UUID, and the time of the first try, the same in each try of one request."
    default: "Correct the request: the message says what was expected."
    }
  }
}
