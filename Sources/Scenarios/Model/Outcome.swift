/// What a rule does to the requests that it decides.
package enum Outcome: Sendable {
  case action(Action)
  /// One step after the other; the last one stays.
  case sequence([SequenceStep])
  /// Nothing: later rules are not asked.
  case pass
}
