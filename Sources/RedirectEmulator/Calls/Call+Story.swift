import Core

extension Call {
  /// What happened, in plain words: what the caller heard and what the app did.
  public var story: String {
    var sentences = [ending]
    if !isTaken, let misdirected { sentences.append(misdirected.story) }
    if !isTaken, let strays { sentences.append(strays.story(isOver: verdict != .ringing)) }
    if let early = comebackTooEarly { sentences.append(early) }
    if skippedAttempts > 0 {
      sentences.append(
        "\(CountText(skippedAttempts, "more try", plural: "more tries")) are not shown.")
    }
    if let loop { sentences.append(loop) }
    return sentences.joined(separator: " ")
  }

  private var ending: String {
    switch verdict {
    case .redirectedTwice: redirectedTwice
    case .answered: "Answered\(afterRinging): your app took the call itself."
    case .rejected: "Rejected\(afterRinging): your app turned the call down."
    case .redirected: redirected
    case .ringing: ringing
    case .waiting: waiting
    case .redirectedUnknown: redirectedUnknown
    case .refused: "Refused: \(whatTriesGot). Nobody tried again."
    case .lost: lost
    }
  }

  private var redirected: String {
    let first = redirectTries.first { $0.element.executed }
    guard let first else { return "Redirected\(afterRinging)." }
    var text = "Redirected\(afterRinging), by \(ordinal(first.offset))"
    if let delivery = delivery(before: first.element) {
      text += ", after delivery \(delivery) of its event"
    }
    let before = redirectTries.prefix { $0.offset < first.offset }.map(\.element)
    if !before.isEmpty {
      text += "; \(CallWords.earlier(before)) got \(CallWords.outcomes(before))"
    }
    text += "."
    let known = redirectTries.first { $0.element.succeeded }
    if let known, known.offset != first.offset {
      text +=
        " \(CallWords.capitalized(response(of: first))), and \(ordinal(known.offset)) got \(known.element.status ?? 0), which says that the call is redirected."
    }
    if known == nil, let told = redirectTries.last, let delivery = deliveryTakenAsRedirected {
      text +=
        " Your app knows: \(ordinal(told.offset)) got \(CallWords.response(told.element)), and then it answered the webhook \(delivery.status ?? 0)."
    }
    if let again = refusedAsTaken {
      text +=
        " Then your app redirected the call again, and \(ordinal(again.offset)) was refused: \(CallWords.response(again.element)), the call is redirected already."
      if let redeliveryOfRedirected { text += " " + redeliveryOfRedirected }
    }
    return text
  }

  private var redirectedTwice: String {
    let executed = redirectTries.filter(\.element.executed)
    let how =
      executed.first?.element.requestID == nil
      ? "without a Repeatability-Request-ID" : "each with a Repeatability-Request-ID of its own"
    // Of many tries some are not among the attempts, and their numbers say nothing.
    guard redirects <= 6, skippedAttempts == 0 else {
      return "Redirected \(redirects) times, \(how)."
    }
    let numbers = executed.map { ordinal($0.offset) }
    return "Redirected \(redirects) times: \(CallWords.list(numbers)) took effect, \(how)."
  }

  private var redirectedUnknown: String {
    guard let first = redirectTries.first(where: { $0.element.executed }) else {
      return "Redirected\(afterRinging), but your app does not know."
    }
    var text = "Redirected\(afterRinging), but your app does not know: \(response(of: first))"
    let after = redirectTries.filter { $0.offset > first.offset }.map(\.element)
    if !after.isEmpty {
      text += ", and \(CallWords.later(after)) got \(CallWords.outcomes(after))"
    }
    // The code alone says little of what the app should have made of it.
    if (after.last ?? first.element).foundCallTaken {
      text += ", which says that the call is redirected already"
    }
    return text + (after.isEmpty ? ", and it did not try again." : ".")
  }

  private var ringing: String {
    guard let ring else { return "Ringing." }
    if redirects > 0 {
      return "Redirected\(afterRinging), but your app does not know yet."
    }
    let rung = CallWords.span(now.nanoseconds &- ring.rangAt.nanoseconds)
    let whole = CallWords.span(ring.ringsUntil.nanoseconds &- ring.rangAt.nanoseconds)
    let sent =
      attempts.isEmpty
      ? "Your app has sent \(sentNothing) so far." : "\(CallWords.capitalized(whatTriesGot))."
    return ["Ringing for \(rung) of \(whole).", deliveriesSoFar, sent, failures?.story]
      .compactMap(\.self).joined(separator: " ")
  }

  private var waiting: String {
    if attempts.contains(where: \.isInFlight) {
      return "Waiting: \(ordinal(attempts.count - 1)) has no response yet."
    }
    let begin = redirects > 0 ? "Redirected, but your app does not know yet" : "Waiting"
    return "\(begin): \(whatTriesGot), and may try again."
  }

  /// What the story of a lost caller begins with.
  static let lostWords = "Caller lost: "

  private var lost: String {
    var text = Self.lostWords
    if let ring {
      text += "it rang \(CallWords.span(ring.ringsUntil.nanoseconds &- ring.rangAt.nanoseconds))"
      if attempts.isEmpty {
        text += endingByDelivery(nil).map { ". " + $0 } ?? ", and your app sent \(sentNothing)."
        return text + (failures.map { " " + $0.story } ?? "")
      }
    }
    if let lateBy {
      text += ", and the redirect came \(CallWords.span(lateBy)) too late."
      let earlier = Array(attempts.prefix { $0.fault?.code != "8522" })
      if !earlier.isEmpty {
        text += " Before, \(CallWords.whatTriesGot(earlier))."
      }
      return text
    }
    if let told = toldUntruth, let rule = told.rule {
      let sentence =
        "your app got \(CallWords.response(told)) by the rule '\(rule)', and nothing was redirected."
      return text + (ring == nil ? sentence : ". " + CallWords.capitalized(sentence))
    }
    let tries =
      triesOfRing.isEmpty
      ? "your app sent \(sentNothing) while it rang"
      : CallWords.whatTriesGot(triesOfRing, isOver: ring != nil)
    let late = triesAfterRing.map { " " + $0 } ?? ""
    if let ending = endingByDelivery(tries) { return text + ". " + ending + late }
    text += ring == nil ? tries : ". \(CallWords.capitalized(tries))"
    return text + "." + (noFurtherTry.map { " " + $0 } ?? "") + late
  }

  /// How many tries came when the ring had ended, as a sentence; nil if none did.
  private var triesAfterRing: String? {
    let count = attempts.count - triesOfRing.count
    guard count > 0 else { return nil }
    let tries = triesOfRing.isEmpty ? "try" : "more try"
    let text = CountText(count, tries, plural: tries.replacing("try", with: "tries"))
    return "\(text) came after the ring had ended."
  }

  /// Of a call that was never redirected, the try that a rule told that it is: with a 2xx, or with 8528.
  var toldUntruth: CallAttempt? {
    attempts.first {
      $0.rule != nil && ($0.succeeded || $0.foundCallTaken && $0.refusal == nil)
    }
  }

  /// What an app sent that sent no request; its connections may have failed.
  var sentNothing: String {
    let what = failures == nil ? "nothing" : "no request"
    if misdirected != nil { return what + " to this resource" }
    return strays == nil ? what : what + " for this call"
  }

  /// The attempts as they were when the ring ended: none that came after that. What ended one after that, such as the app's
  /// own end, is not a part of the story.
  var triesOfRing: [CallAttempt] {
    guard let ring else { return attempts }
    return attempts.filter { $0.instant < ring.ringsUntil }.map { attempt in
      var attempt = attempt
      if attempt.endedAt > ring.ringsUntil { attempt.end = nil }
      return attempt
    }
  }

  /// Whether the last try of a registered call was still on its way when the ring ended.
  var lastTryWasUnfinished: Bool { ring != nil && triesOfRing.last?.isInFlight == true }

  /// Whether a try came when the ring had ended.
  var triedAfterRing: Bool { triesOfRing.count < attempts.count }

  /// That no other try came after the last one, as a sentence; nil if that was still on its way, and if one came when the
  /// ring had ended.
  var noFurtherTry: String? {
    guard let last = triesOfRing.last, !last.isInFlight, !triedAfterRing else { return nil }
    guard let ring else { return "It has not tried again." }
    let time = CallWords.span(ring.ringsUntil.nanoseconds &- last.endedAt.nanoseconds)
    return "It had not tried again when the ring ended, \(time) later."
  }

  /// Whether the app may have been waiting for its next try when the ring ended.
  var mayHaveBeenWaiting: Bool {
    guard let ring, let last = triesOfRing.last, last.asksForRetry else { return false }
    let waited = ring.ringsUntil.nanoseconds &- last.endedAt.nanoseconds
    let (limit, overflow) = (last.retryAfterNanoseconds ?? 0)
      .addingReportingOverflow(Self.patience.wholeNanoseconds)
    return overflow || waited < limit
  }

  /// Of a registered call how long it rang until it was taken, as a part of a sentence.
  private var afterRinging: String {
    guard let ring, let takenAt else { return "" }
    return " after ringing for \(CallWords.span(takenAt.nanoseconds &- ring.rangAt.nanoseconds))"
  }

  var whatTriesGot: String { CallWords.whatTriesGot(attempts) }

  /// The redirects, each with its place among all tries.
  var redirectTries: [(offset: Int, element: CallAttempt)] {
    attempts.enumerated().filter { $0.element.operation == .redirect }
  }

  /// The try whose response said that the call is redirected already, after one that succeeded.
  var refusedAsTaken: (offset: Int, element: CallAttempt)? {
    guard let first = attempts.firstIndex(where: \.succeeded) else { return nil }
    return redirectTries.first { $0.offset > first && $0.element.foundCallTaken }
  }

  func ordinal(_ offset: Int) -> String { "try \(offset + 1)" }

  private func response(of attempt: (offset: Int, element: CallAttempt)) -> String {
    "\(ordinal(attempt.offset)) \(CallWords.got(attempt.element))"
  }
}
