/// A bad day: rules for requests and for connections.
package struct Scenario: Sendable {
  /// Same seed, same order of requests: the same faults.
  package var seed: UInt64
  /// The first one that matches decides.
  package var rules: [Rule]
  package var connections: [ConnectionRule]

  /// Most rules of a scenario, and most connection rules.
  package static let mostRules = 1_000

  package init(seed: UInt64 = 0, rules: [Rule] = [], connections: [ConnectionRule] = []) {
    self.seed = seed
    self.rules = rules
    self.connections = connections
  }

  /// Puts another scenario's rules behind these; its seed counts where this one has none.
  package mutating func append(_ other: Scenario) {
    if seed == 0 { seed = other.seed }
    rules += other.rules
    connections += other.connections
  }
}
