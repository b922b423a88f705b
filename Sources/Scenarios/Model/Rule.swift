import Documents

/// What is done to which requests.
package struct Rule: Sendable {
  package var name: String
  /// All must hold.
  package var conditions: Conditions
  package var outcome: Outcome
  /// The rule as it was written; nil for one made in code.
  package var source: DocumentNode?

  package init(name: String, when conditions: Conditions = Conditions(), then outcome: Outcome) {
    self.name = name
    self.conditions = conditions
    self.outcome = outcome
  }
}
