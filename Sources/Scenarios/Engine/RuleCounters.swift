/// How often a rule was in question.
package struct RuleCounters: Sendable, Hashable {
  /// Requests that no earlier rule decided and for which all conditions held but `over`, `every` and `chance`.
  package var matched = 0
  /// Those of them for which these held as well: the requests that the rule decided.
  package var fired = 0

  package init() {}
}
