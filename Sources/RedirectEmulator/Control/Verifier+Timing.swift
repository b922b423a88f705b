import Core
import Scenarios

extension Verifier {
  /// Each attempt after a response that asked for a wait begins no sooner than that response's last byte plus the wait,
  /// less ``tolerance``: in an operation, and among the tries of a call. It is unseen if no such response was followed by
  /// an attempt. An attempt that was on its way before the response had ended is not judged.
  func honoursRetryAfter() -> Judgement {
    var judged: Set<UInt64> = []
    for operation in operations.repeated {
      for (attempt, next) in zip(operation.attempts, operation.attempts.dropFirst()) {
        let pause = next.arrived &- attempt.ended
        guard let asked = attempt.retryAfterNanoseconds, attempt.end != nil, pause >= 0
        else { continue }
        judged.insert(next.seq)
        guard pause < asked - min(asked, Self.tolerance) else { continue }
        return .fails(
          "in \(operation.name) the response to request \(attempt.seq) asked for \(text(asked)), "
            + "but request \(next.seq) came after \(text(pause))", at: operation.subject)
      }
    }
    if let hasty = comebacks.first(where: \.comeback.isTooEarly) {
      let (call, comeback) = (hasty.call, hasty.comeback)
      return .fails(
        "in call \(call.id) \(call.ordinal(comeback.offset)), which is request \(comeback.seq), \(comeback.words)",
        at: call.id)
    }
    judged.formUnion(comebacks.lazy.map(\.comeback).filter { !$0.isOfOtherDelivery }.map(\.seq))
    guard !judged.isEmpty else {
      return .unseen(
        comebacks.isEmpty
          ? "no response that asked for a wait was followed by another attempt"
          : "the attempts that followed a response that asked for a wait may be those of another delivery of the event: they are not judged"
      )
    }
    return .holds(
      "\(CountText(judged.count, "attempt")) came no sooner than the response before it asked for")
  }

  /// In every operation with three or more attempts, each pause is at least the one before it, less ``tolerance``. The
  /// last pause is longer than the first by the tolerance and by a tenth. It is unseen if no operation has three
  /// attempts.
  func backsOff() -> Judgement {
    var judged = 0
    for operation in operations.repeated where operation.attempts.count >= 3 {
      judged += 1
      let pauses = operation.pauses
      let list = pauses.map(text).joined(separator: ", ")
      let grows = zip(pauses, pauses.dropFirst()).allSatisfy { $1 >= $0 - Self.tolerance }
      guard let first = pauses.first, let last = pauses.last, grows,
        last > first + max(Self.tolerance, first / 10)
      else {
        return .fails(
          "in \(operation.name) the pauses were \(list), which do not grow", at: operation.subject)
      }
    }
    guard judged > 0 else {
      return .unseen("no operation has three attempts, so there are no two pauses to compare")
    }
    return .holds("the pauses grew in \(CountText(judged, "operation"))")
  }

  /// Every pause between two attempts is within the bounds, with a ``tolerance``.
  func spacing(_ bounds: Expectations.Spacing) -> Verification.Check {
    let least = bounds.atLeast.map { DurationText($0).nanoseconds }
    let most = bounds.atMost.map { DurationText($0).nanoseconds }
    let expected = [least.map { "at least \(text($0))" }, most.map { "at most \(text($0))" }]
      .compactMap(\.self).joined(separator: ", ")
    var shortest = Int64.max
    var longest = Int64.min
    var fault: (reason: String, operation: RedirectOperation)?
    for operation in operations.repeated {
      for (pause, next) in zip(operation.pauses, operation.attempts.dropFirst()) {
        shortest = min(shortest, pause)
        longest = max(longest, pause)
        let isShort = least.map { pause < $0 - min($0, Self.tolerance) } ?? false
        let isLong = most.map { pause - Self.tolerance > $0 } ?? false
        if fault == nil, isShort || isLong {
          fault = (
            "in \(operation.name) request \(next.seq) came after \(text(pause))", operation
          )
        }
      }
    }
    let isSeen = shortest <= longest
    let seen = !isSeen ? "" : "\(text(shortest))..\(text(longest))"
    let reason = fault?.reason ?? (isSeen ? "saw \(seen)" : "no operation has a second attempt")
    return Verification.Check(
      name: "spacing", passed: isSeen && fault == nil, expected: .text(expected),
      seen: isSeen ? .text(seen) : .nothing, message: "spacing: expected \(expected); \(reason)",
      subject: fault?.operation.subject)
  }

  private func text(_ nanoseconds: Int64) -> String {
    DurationText(nanoseconds: nanoseconds).description
  }
}
