/// A bad day: rules for requests, for connections, and for the deliveries of events.
package struct Scenario: Sendable {
  /// The same seed and the same order of requests give the same faults.
  package var seed: UInt64
  /// The first one that matches decides.
  package var rules: [Rule]
  package var connections: [ConnectionRule]
  package var events: [EventRule]
  /// What the scenario says about itself as a day; nil if it is not one. No rule depends on it.
  package var day: Day?

  /// The most rules of a scenario, of each kind.
  package static let mostRules = 1_000
  /// The most bytes of memory that the regular expressions of a scenario may use.
  package static let mostPatternMemory = 64 << 20

  package init(
    seed: UInt64 = 0, rules: [Rule] = [], connections: [ConnectionRule] = [],
    events: [EventRule] = []
  ) {
    self.seed = seed
    self.rules = rules
    self.connections = connections
    self.events = events
  }

  /// How many rules there are, of all kinds.
  package var ruleCount: Int { rules.count + connections.count + events.count }

  /// Bytes of memory that the regular expressions may use: their programs, and what matching keeps. One that several
  /// rules have counts once.
  package var patternMemory: Int {
    Set(rules.flatMap(\.conditions.match.patterns)).reduce(0) { $0 + $1.memory }
  }

  /// Records which file the rules were read from.
  package mutating func wasRead(from file: String) {
    for index in rules.indices { rules[index].file = file }
    for index in connections.indices { connections[index].file = file }
    for index in events.indices { events[index].file = file }
  }

  /// Appends another scenario's rules to these. Its seed and its day are used if this one has none.
  package mutating func append(_ other: Scenario) {
    if seed == 0 { seed = other.seed }
    if day == nil { day = other.day }
    rules += other.rules
    connections += other.connections
    events += other.events
  }
}
