import Core
import HTTP1
import RedirectCall

/// What a rule has decided for a request. An object: every request has a place for one, few have one.
package final class Decision: Sendable {
  package let ruleIndex: Int
  package let ruleName: String
  /// Which step of the rule's sequence, from 1; nil if it has none.
  package let step: Int?
  /// nil for `pass`.
  package let action: Action?
  /// The pause, drawn for this request.
  package let delay: Duration?
  /// For whatever else is drawn for this request.
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
  /// What is done to the request, by the names that scenario files have for it: `delay`, `respond`, the fault's, `pace`.
  package var faultNames: [String] {
    guard let action else { return [] }
    var names: [String] = []
    if action.delay != nil { names.append("delay") }
    if action.respond != nil { names.append("respond") }
    if let fault = action.fault { names.append(fault.name) }
    if action.pace != nil { names.append("pace") }
    return names
  }
  /// Whether the response is sent other than usual; else the decision is only counted.
  package var needsPlan: Bool {
    guard let action else { return false }
    return action.delay != nil || action.respond != nil || action.fault != nil
      || action.pace != nil
  }

  /// The response that the scenario gives, before a fault spoils it.
  ///
  /// - Parameters:
  ///   - common: the field lines of every response: `Server`, `Date`, …
  ///   - now: on the clock that clients go by, for `Retry-After` as a date.
  /// - Returns: nil if the operation's own response is sent.
  package func response(common: [ResponseField], now: Instant) -> DraftResponse? {
    if let respond = action?.respond { return DraftResponse(respond, common: common, now: now) }
    guard standsIn, let fault = action?.fault else { return nil }
    return DraftResponse(Respond(status: fault.row.status), common: common, now: now)
  }
}

/// What a connection speaks, as far as that is known.
package enum ConnectionSpeech: Sendable, Hashable {
  /// Nothing was read from it yet.
  case unknown
  case http
  /// Its ClientHello has come.
  case tls
}

/// What the connection rules of a scenario come to for a connection.
package enum ConnectionVerdict: Sendable, Hashable {
  /// No rule has anything in mind for it.
  case pass
  /// A rule has decided.
  case fault(ConnectionDecision)
  /// It depends on what the connection speaks: this rule is to be asked first when that is known.
  case undecided(at: Int)
}

/// What a connection rule has decided for a connection.
package struct ConnectionDecision: Sendable, Hashable {
  package let ruleIndex: Int
  package let ruleName: String
  package let fault: ConnectionFault
}
