import Core
import Scenarios

extension Call {
  /// What ends the rule that decided each try of a call: nothing else can help.
  package struct Cure: Sendable, Equatable {
    package enum End: Sendable, Equatable {
      /// This many deliveries of the event.
      case deliveries(Int)
      /// This many tries of the call.
      case tries(Int)
      /// This many tries with one request id.
      case triesOfRequest(Int)
      /// A time on the resource's clock.
      case time(Instant)
    }

    /// The rule's name.
    package let rule: String
    /// Until when its conditions hold.
    package let end: End

    package init(rule: String, end: End) { (self.rule, self.end) = (rule, end) }
  }

  /// What to do where only one thing can end the rule; nil where it is not known, or where more than that helps.
  var advisedCure: String? {
    guard let cure, let last = triesOfRing.last, last.asksForRetry, !last.succeeded else {
      return nil
    }
    if lateBy != nil {
      guard case .time = cure.end else { return nil }
    }
    let rule = "the rule '\(cure.rule)' ends"
    let left = max((redelivery?.most ?? 0) - (deliveries.last?.n ?? 0), 0)
    switch cure.end {
    case .deliveries(let count):
      guard let begun = deliveries.last?.n, begun <= count, begun + left > count else { return nil }
      let when = waitBeyondRing.map { "at least \($0) before the ring ends" }
      return
        "Answer the webhook 500 \(when ?? "while the call rings"): \(rule) after delivery \(count)."
    case .tries(let count):
      // Each delivery that is left brings one try or more.
      guard attempts.count <= count, attempts.count + left <= count else { return nil }
      return "\(trying): \(rule) after \(CountText(count, "try", plural: "tries"))."
    case .triesOfRequest(let count):
      return
        "\(trying), with the same Repeatability-Request-ID: \(rule) after \(CountText(count, "try", plural: "tries")) of one request."
    case .time(let end):
      guard let ring, end >= ring.ringsUntil else { return nil }
      return
        "No app can redirect this call, since \(rule) when it no longer rings. Let it ring longer, or expect that it is lost."
    }
  }

  private var trying: String {
    triesOfRing.last?.retryAfterNanoseconds == nil
      ? "Keep trying while it rings"
      : "\(Self.waiting), and keep trying while it rings"
  }
}

extension Call.Cure {
  /// - Parameters:
  ///   - call: of which each try has to be of one rule.
  ///   - engine: with the rules that are loaded.
  init?(_ call: RegisteredCall, _ engine: ScenarioEngine?) {
    // What came when the ring had ended says nothing of what would have helped before.
    let tries = call.attempts.filter { $0.instant < call.ringsUntil }
    guard call.state == .ringing, let engine, let name = tries.last?.rule,
      tries.allSatisfy({ $0.rule == name }),
      let conditions = engine.scenario.rules.first(where: { $0.name == name })?.conditions
    else { return nil }
    let during = conditions.during?.upper.map { engine.loadedAt.advanced(by: $0) }
    let ends = [
      conditions.deliveries?.upper.map(End.deliveries), conditions.ofCall?.upper.map(End.tries),
      conditions.attempts?.upper.map(End.triesOfRequest), during.map(End.time),
    ].compactMap(\.self)
    // Where each of several ends it, more than one thing helps.
    guard ends.count == 1, let end = ends.first else { return nil }
    self.init(rule: name, end: end)
  }
}
