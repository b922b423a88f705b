import Scenarios

/// The rule that decided a response, as the journal keeps it.
package struct RuleMark: Sendable, Equatable {
  /// The effect of a rule on a request.
  package enum Work: String, Sendable, CaseIterable {
    /// It let the request through.
    case nothing
    /// The response was sent late, or slowly.
    case delayed
    /// Its own response was sent instead of the operation's.
    case responded
    /// Its fault spoiled the response or the connection.
    case broke
  }

  package var name: String
  /// Its place among the rules, from 0.
  package var index: Int
  /// Which step of its sequence, from 1; nil if it has none.
  package var step: Int?
  package var did: Work

  package init(name: String, index: Int = 0, step: Int? = nil, did: Work = .nothing) {
    self.name = name
    self.index = index
    self.step = step
    self.did = did
  }

  init(_ decision: Decision) {
    self.init(
      name: decision.ruleName, index: decision.ruleIndex, step: decision.step,
      did: Work(decision.action))
  }
}

extension RuleMark.Work {
  /// The effect of an action that a client notices most; nil is `pass`.
  init(_ action: Action?) {
    self =
      if action?.fault != nil {
        .broke
      } else if action?.respond != nil {
        .responded
      } else if action?.delay != nil || action?.pace != nil {
        .delayed
      } else {
        .nothing
      }
  }
}
