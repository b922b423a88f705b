import Core
import HTTP1
import RedirectCall

/// What a scenario will do, in words, before anything runs.
package enum ScenarioPlan {
  /// What the first requests get. Each is valid, the first try of its own call, at the moment of loading, on the first
  /// connection. If rules ask for certain requests (`match`), there is a section for each kind, as if only such
  /// requests came. The engine itself decides, so a server decides the same.
  ///
  /// - Parameter requests: how many of each kind.
  package static func text(_ scenario: Scenario, requests: Int) -> String {
    var output = ""
    let requests = min(max(requests, 0), 100_000)
    if !scenario.connections.isEmpty {
      output += "Connections:\n"
      var engine = ScenarioEngine(scenario, loadedAt: Instant(nanoseconds: 0))
      let lines = PlanLines(requests) { ordinal in
        engine.decideConnection(ordinal: ordinal, speaking: .tls, now: engine.loadedAt).summary
      }
      output += lines.text + "\n"
    }
    output += events(scenario, calls: requests)
    output += sections(scenario, of: "Requests") { section(scenario, $0, $1, requests) }
    return output + assumption(scenario)
  }

  /// What the tries of one call get, and what becomes of the call. Each try is valid, at the moment of loading, on the
  /// first connection. If rules ask for certain requests, there is also a call of such requests.
  ///
  /// - Parameter attempts: how many tries.
  package static func text(_ scenario: Scenario, attempts: Int) -> String {
    let attempts = min(max(attempts, 0), 100_000)
    return events(scenario, deliveries: attempts)
      + sections(scenario, of: "Tries of one call") { tries(scenario, $0, $1, attempts) }
      + assumptionOfTries + assumedDeliveries(scenario)
  }

  /// - Parameter section: makes the lines of requests that fit a rule's `match`. For nil these are requests that fit no
  ///   `match`. They come after this many deliveries of their call's event.
  private static func sections(
    _ scenario: Scenario, of what: String, _ section: (_ fitted: Int?, _ deliveries: Int) -> String
  ) -> String {
    var output = sections(scenario, of: what) { section($0, 1) }
    for delivery in laterDeliveries(scenario.rules.map(\.conditions.deliveries)) {
      output += "\n"
      output += sections(scenario, of: "After delivery \(delivery), \(what.firstLowercased)") {
        section($0, delivery)
      }
    }
    return output
  }

  private static func sections(
    _ scenario: Scenario, of what: String, _ section: (_ fitted: Int?) -> String
  ) -> String {
    let special = scenario.rules.indices.filter {
      !scenario.rules[$0].conditions.match.fitsEveryText
    }
    var output = special.isEmpty ? "\(what):\n" : "\(what) that no rule's 'match' fits:\n"
    output += section(nil)
    for index in special {
      let verb = what.lowercased().hasSuffix("requests") ? "fit" : "fits"
      output += "\n\(what) that \(verb) 'match' of \(scenario.rules[index].name):\n"
      output += section(index)
    }
    return output
  }

  private static func assumption(_ scenario: Scenario) -> String {
    assumed + assumedDeliveries(scenario)
  }

  /// The assumed deliveries, if they make a difference.
  private static func assumedDeliveries(_ scenario: Scenario) -> String {
    guard scenario.rules.contains(where: { $0.conditions.deliveries != nil }) else { return "" }
    return """
      Each comes after the first delivery of its call's event, where nothing else is said.

      """
  }

  private static let assumed = """

    Assumed: each request is valid (unless 'match' says otherwise) and the first try of a call of its own, all on
    the first connection and at the moment of loading.

    """

  private static let assumptionOfTries = """

    Assumed: each try is valid (unless 'match' says otherwise) and repeats the first one, with its
    Repeatability-Request-ID; all are of the first call, on the first connection and at the moment of loading. A client
    stops at the first response that it takes as final.

    """

  private static func section(
    _ scenario: Scenario, _ fitted: Int?, _ deliveries: Int, _ requests: Int
  ) -> String {
    let now = Instant(nanoseconds: 0)
    var engine = ScenarioEngine(scenario, loadedAt: now)
    let (fitting, validity) = matches(scenario, fitted)
    return PlanLines(requests) { call in
      let request = PlainRequest(
        call: call, deliveries: deliveries, isValid: validity != .invalid)
      let decision = engine.decide(request, now: now, fitting: fitting)
      return decision?.summary ?? (validity == .invalid ? "refused as usual" : "204, executed")
    }.text
  }

  private static func tries(
    _ scenario: Scenario, _ fitted: Int?, _ deliveries: Int, _ attempts: Int
  ) -> String {
    let now = Instant(nanoseconds: 0)
    var engine = ScenarioEngine(scenario, loadedAt: now)
    let (fitting, validity) = matches(scenario, fitted)
    let isValid = validity != .invalid
    var isExecuted = false
    return PlanLines(attempts) { attempt in
      let request = PlainRequest(
        call: 1, attempt: attempt, deliveries: deliveries, isValid: isValid)
      let decision = engine.decide(request, now: now, fitting: fitting)
      let text =
        if isValid {
          decision?.summary(isRepeat: isExecuted)
            ?? (isExecuted ? "204, repeated" : "204, executed")
        } else {
          decision?.summary ?? "refused as usual"
        }
      if isValid, !(decision?.standsIn ?? false) { isExecuted = true }
      return text
    }.text
  }

  /// Which rules' `match` fits the requests of a section, and whether these are valid.
  private static func matches(_ scenario: Scenario, _ fitted: Int?) -> (
    fitting: [Bool], validity: RequestMatch.Validity
  ) {
    let fitting = scenario.rules.map { rule in
      let match = rule.conditions.match
      guard let fitted else { return match.fitsEveryText }
      return match.fitsWhenever(scenario.rules[fitted].conditions.match)
        || match.fitsEveryText
    }
    return (fitting, fitted.map { scenario.rules[$0].conditions.match.validity } ?? .valid)
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

/// A request about which nothing else is known: the first try of its call.
struct PlainRequest: RequestFacts {
  var call: Int
  var attempt = 1
  /// A plan treats calls as if they were registered.
  var ofCall: Int { attempt }
  var deliveries = 1
  var isValid: Bool
  var connection = 1
  var targetKind: String?
  var targetID: String?
  var apiVersion: String? { nil }
  var context: String? { nil }
  var authScheme: String? { nil }
  var user: String? { nil }

  func header(_ name: String) -> String? { nil }
}
