import Core
import HTTP1
import RedirectCall

/// What a scenario will do, told before anything runs.
package enum ScenarioPlan {
  /// What the first requests get: each valid, the first try of a call of its own, at the moment of loading, on the
  /// first connection. Where rules ask for certain requests (`match`), these are told of one after the other as if
  /// only such requests came. The decisions are the engine's own, so that a server makes the same.
  ///
  /// - Parameter requests: how many of each.
  package static func text(_ scenario: Scenario, requests: Int) -> String {
    var output = ""
    let requests = min(max(requests, 0), 100_000)
    if !scenario.connections.isEmpty {
      output += "Connections:\n"
      var engine = ScenarioEngine(scenario, loadedAt: Instant(nanoseconds: 0))
      for ordinal in 1..<(requests + 1) {
        let verdict = engine.decideConnection(
          ordinal: ordinal, speaking: .tls, now: engine.loadedAt)
        output += line(ordinal, verdict.summary, requests)
      }
      output += "\n"
    }
    let special = scenario.rules.indices.filter {
      !scenario.rules[$0].conditions.match.fitsEveryText
    }
    output += special.isEmpty ? "Requests:\n" : "Requests that no rule's 'match' fits:\n"
    output += section(scenario, nil, requests)
    for index in special {
      output += "\nRequests that fit 'match' of \(scenario.rules[index].name):\n"
      output += section(scenario, index, requests)
    }
    return output + assumption
  }

  private static let assumption = """

    Assumed: each request is valid (unless 'match' says otherwise) and the first try of a call of its own, all on
    the first connection and at the moment of loading.

    """

  private static func section(_ scenario: Scenario, _ fitted: Int?, _ requests: Int) -> String {
    let now = Instant(nanoseconds: 0)
    var engine = ScenarioEngine(scenario, loadedAt: now)
    let fitting = scenario.rules.map { rule in
      let match = rule.conditions.match
      guard let fitted else { return match.fitsEveryText }
      return match.fitsWhenever(scenario.rules[fitted].conditions.match)
        || match.fitsEveryText
    }
    let validity = fitted.map { scenario.rules[$0].conditions.match.validity } ?? .valid
    var output = ""
    for call in 1..<(requests + 1) {
      let request = PlainRequest(call: call, isValid: validity != .invalid)
      let decision = engine.decide(request, now: now, fitting: fitting)
      output += line(
        call,
        decision?.summary ?? (validity == .invalid ? "refused as usual" : "204, executed"), requests
      )
    }
    return output
  }

  private static func line(_ ordinal: Int, _ text: String, _ most: Int) -> String {
    let number = String(ordinal)
    let width = String(most).count
    return String(repeating: " ", count: 2 + width - number.count) + "\(number)  \(text)\n"
  }
}

extension ConnectionVerdict {
  fileprivate var summary: String {
    switch self {
    case .fault(let decision): "\(decision.ruleName): \(decision.fault.summary)"
    case .pass, .undecided: "accepted"
    }
  }
}

/// A request that nothing else is known of: the first try of its call.
struct PlainRequest: RequestFacts {
  var call: Int
  var isValid: Bool
  var attempt: Int { 1 }
  var connection: Int { 1 }
  var apiVersion: String? { nil }
  var targetKind: String? { nil }
  var targetID: String? { nil }
  var context: String? { nil }
  var authScheme: String? { nil }
  var user: String? { nil }

  func header(_ name: String) -> String? { nil }
}
