import Core

/// How stories say things: times, counts and what tries got.
enum CallWords {
  /// A length of time: `30 s`, `4.5 s`, `40 ms`. Never below zero.
  static func span(_ nanoseconds: Int64) -> String {
    let milliseconds = (max(nanoseconds, 0) + 500_000) / 1_000_000
    if milliseconds < 100 { return "\(milliseconds) ms" }
    let tenths = (milliseconds + 50) / 100
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }

  /// This many calls of one verdict: `1 caller lost`.
  static func total(_ count: Int, _ verdict: Call.Verdict) -> String {
    let calls = CountText(count, "call").description
    return switch verdict {
    case .lost: "\(CountText(count, "caller")) lost"
    case .redirectedTwice: calls + " redirected twice"
    case .redirectedUnknown: calls + " redirected without the app knowing"
    case .ringing: calls + " still ringing"
    case .waiting: calls + " waiting for another try"
    case .answered, .rejected, .refused, .redirected: calls + " \(verdict.rawValue)"
    }
  }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.last ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  /// `your app sent 4 tries in 4.5 s, all 503`.
  ///
  /// - Parameter isOver: whether no response is waited for any more, since the ring has ended.
  static func whatTriesGot(_ tries: [CallAttempt], isOver: Bool = false) -> String {
    guard let first = tries.first, let last = tries.last else { return "your app sent nothing" }
    if tries.count == 1 {
      var text = "your app sent 1 try, which \(got(first, isOver: isOver))"
      if first.wasAnswered, let asked = first.retryAfterNanoseconds {
        text += " and was asked to wait \(span(asked))"
      }
      return text
    }
    let time = span(last.time(since: first))
    let same = Set(tries.map { outcome($0, isOver: isOver) }).count == 1
    return
      "your app sent \(tries.count) tries in \(time), \(same ? "all " : "which got ")\(outcomes(tries, isOver: isOver))"
  }

  /// What one try got, with its verb.
  static func got(_ attempt: CallAttempt, isOver: Bool = false) -> String {
    if attempt.isInFlight { return isOver ? "got \(tooSlow)" : "has no response yet" }
    if !attempt.wasAnswered { return "got \(missingResponse(attempt))" }
    let status = attempt.status.map(String.init) ?? ""
    guard let fault = attempt.refusal else { return "got \(response(attempt))" }
    let reason = fault.message.hasSuffix(".") ? String(fault.message.dropLast()) : fault.message
    return "was refused with \(status) \(fault.code): \(reason)"
  }

  /// What several tries got, in their order; of one kind once, with how often.
  static func outcomes(_ tries: [CallAttempt], isOver: Bool = false) -> String {
    var runs: [(outcome: String, count: Int)] = []
    for attempt in tries {
      let outcome = outcome(attempt, isOver: isOver)
      if let last = runs.last, last.outcome == outcome {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((outcome, 1))
      }
    }
    if runs.count == 1, let run = runs.first { return run.outcome }
    let shown = runs.prefix(6).map {
      $0.count == 1 ? $0.outcome : "\($0.count) times \($0.outcome)"
    }
    return runs.count > 6 ? shown.joined(separator: ", ") + ", …" : list(shown)
  }

  /// `try 1`, `tries 1 and 2`: those before another.
  static func earlier(_ tries: [CallAttempt]) -> String {
    tries.count == 1 ? "the try before it" : "the \(tries.count) tries before it"
  }

  /// Those after another.
  static func later(_ tries: [CallAttempt]) -> String {
    tries.count == 1 ? "the try after it" : "the \(tries.count) tries after it"
  }

  /// Of a try that was on its way when the ring ended.
  private static let tooSlow = "no response before the ring ended"

  private static func outcome(_ attempt: CallAttempt, isOver: Bool) -> String {
    if attempt.isInFlight { return isOver ? tooSlow : "no response yet" }
    if !attempt.wasAnswered { return missingResponse(attempt) }
    return response(attempt)
  }

  /// A response's status, with its code where that says more: of a check, or that the call is redirected already.
  static func response(_ attempt: CallAttempt) -> String {
    let status = attempt.status.map(String.init) ?? ""
    guard let code = attempt.code, attempt.refusal != nil || attempt.foundCallTaken else {
      return status
    }
    return "\(status) \(code)"
  }

  private static func missingResponse(_ attempt: CallAttempt) -> String {
    switch attempt.end {
    case .clientLeft: "no response, since your app hung up"
    case .reset: attempt.status == nil ? "no response (reset)" : "a response that was cut (reset)"
    default: attempt.status == nil ? "no response" : "a response that was cut"
    }
  }
}
