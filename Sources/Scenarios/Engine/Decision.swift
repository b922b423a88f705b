import Core
import HTTP1
import RedirectCall

/// What a rule has decided for a request. It is an object: every request has a place for one, but few have one.
package final class Decision: Sendable {
  package let ruleIndex: Int
  package let ruleName: String
  /// The number of the step in the rule's sequence, from 1; nil if it has none.
  package let step: Int?
  /// nil for `pass`.
  package let action: Action?
  /// The pause, drawn for this request.
  package let delay: Duration?
  /// For everything else that is random for this request.
  let random: SeededRandom

  init(
    ruleIndex: Int, ruleName: String, step: Int?, action: Action?, delay: Duration?,
    random: SeededRandom
  ) {
    self.ruleIndex = ruleIndex
    self.ruleName = ruleName
    self.step = step
    self.action = action
    self.delay = delay
    self.random = random
  }

  /// Whether the operation is executed and remembered before the action.
  package var afterExecution: Bool { action?.afterExecution ?? false }
  /// Whether the pause comes before the operation is executed.
  package var beforeExecution: Bool { action?.beforeExecution ?? false }
  /// Whether the operation is not executed: see ``Action/standsIn``.
  package var standsIn: Bool { action?.standsIn ?? false }
  /// What is done to the request, by the names in scenario files: `delay`, `respond`, the fault's, `pace`.
  package var faultNames: [String] {
    guard let action else { return [] }
    var names: [String] = []
    if action.delay != nil { names.append("delay") }
    if action.respond != nil { names.append("respond") }
    if let fault = action.fault { names.append(fault.name) }
    if action.pace != nil { names.append("pace") }
    return names
  }
  /// Whether the response is not sent in the usual way; otherwise the decision is only counted.
  package var needsPlan: Bool {
    guard let action else { return false }
    return action.delay != nil || action.respond != nil || action.fault != nil
      || action.pace != nil
  }

  /// The response that the scenario gives, before a fault spoils it.
  ///
  /// - Parameters:
  ///   - common: the field lines of every response: `Server`, `Date`, …
  ///   - now: on the clients' clock, for `Retry-After` as a date.
  /// - Returns: nil if the operation's own response is sent.
  package func response(common: [ResponseField], now: Instant) -> DraftResponse? {
    if let respond = action?.respond { return DraftResponse(respond, common: common, now: now) }
    guard standsIn, let fault = action?.fault else { return nil }
    return DraftResponse(Respond(status: fault.row.status), common: common, now: now)
  }
}

/// The protocol of a connection, if it is known.
package enum ConnectionSpeech: Sendable, Hashable {
  /// Nothing was read from it yet.
  case unknown
  case http
  /// Its ClientHello has come.
  case tls
}

/// The result of a scenario's connection rules for a connection.
package enum ConnectionVerdict: Sendable, Hashable {
  /// No rule is for it.
  case pass
  /// A rule has decided.
  case fault(ConnectionDecision)
  /// It depends on the connection's protocol: when that is known, this rule is tried first.
  case undecided(at: Int)
}

/// What a connection rule has decided for a connection.
package struct ConnectionDecision: Sendable, Hashable {
  package let ruleIndex: Int
  package let ruleName: String
  package let fault: ConnectionFault
}
