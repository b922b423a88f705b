import Core

/// What the rules for events have decided about one delivery of `IncomingCall`: how it is sent, when, and how often. The
/// delivery engine carries it out. Nothing here uses a socket or a clock.
package struct EventPlan: Sendable, Equatable {
  package let ruleIndex: Int
  package let ruleName: String
  /// A pause before it is sent, drawn for this delivery, on the resource's clock.
  package let delay: Duration?
  /// Whether it is not sent, and not delivered again.
  package let isDropped: Bool
  /// How many more times the same request is sent.
  package let duplicates: Int
  /// Whether it is held until the next call's event was sent, for ``EventFault/longestHold`` at most.
  package let comesLast: Bool
  /// The most events that are sent in one array; nil if it is sent alone. The same rule must have decided about them,
  /// they must be for the same webhook, and due within ``EventFault/batchTime``.
  package let batch: Int?
  /// The request's `Content-Type`; nil for the schema's own.
  package let contentType: String?
  /// How slowly the request is sent.
  package let pace: Pace?
  /// After how many bytes of the response the connection is closed; nil if all of it is read.
  package let cutAfterBytes: Int?

  init(_ rule: EventRule, index: Int, random: SeededRandom) {
    var random = random
    let fault = rule.fault
    ruleIndex = index
    ruleName = rule.name
    delay = fault.delay?.draw(&random)
    isDropped = fault.isDropped
    duplicates = fault.duplicate
    comesLast = fault.comesLast
    batch = fault.batch
    contentType = fault.contentType
    pace = fault.pace
    cutAfterBytes = fault.cutAfterBytes
  }
}

extension ScenarioEngine {
  /// Whether there is a rule for events.
  package var hasEventRules: Bool { !scenario.events.isEmpty }

  /// Decides about one delivery, and counts it. The first rule with conditions that all hold decides. Chances and
  /// delays depend on the seed, the rule, the call and the delivery only, so threads and timing change nothing.
  ///
  /// - Parameters:
  ///   - call: its number among the resource's calls that are delivered, from 1.
  ///   - delivery: the number of the delivery of the call's event, from 1.
  /// - Returns: nil if no rule matches: it is sent as usual.
  package mutating func decideEvent(call: Int, delivery: Int) -> EventPlan? {
    for (index, rule) in scenario.events.enumerated() {
      guard rule.calls?.contains(call) ?? true, rule.deliveries?.contains(delivery) ?? true
      else { continue }
      eventCounters[index].matched += 1
      func random(_ purpose: SeededRandom.Purpose) -> SeededRandom {
        SeededRandom(
          seed: scenario.seed, rule: index, call: call, delivery: delivery, purpose: purpose)
      }
      if let chance = rule.chance, chance < 1 {
        var draws = random(.eventChance)
        guard draws.unit() < chance else { continue }
      }
      eventCounters[index].fired += 1
      return EventPlan(rule, index: index, random: random(.eventValues))
    }
    return nil
  }
}
