import Documents

/// What is done to which requests. The guide Scenarios describes what each part does. Values that are not allowed in a
/// scenario file are refused when the rule is loaded.
///
/// ```swift
/// try emulator.load(rules: [
///   Rule("throttled twice", attempts: 1...2, do: .respond(429, retryAfter: .milliseconds(100))),
///   Rule("the response gets lost", calls: 3...3, do: .fault(.reset(), afterExecution: true)),
/// ])
/// ```
public struct Rule: Sendable, Equatable {
  /// The name that the journal shows.
  public var name: String
  /// All must hold.
  public var conditions: Conditions
  /// What is done.
  public var outcome: Outcome
  /// The rule as it was written; nil for one made in code.
  package var source: DocumentNode?
  /// The file that it was read from; nil if it was not read from a file.
  package var file: String?

  package init(name: String, when conditions: Conditions = Conditions(), then outcome: Outcome) {
    self.name = name
    self.conditions = conditions
    self.outcome = outcome
  }

  /// A rule; a condition that is nil always holds.
  ///
  /// - Parameters:
  ///   - name: the name that the journal shows.
  ///   - match: the required form of the request.
  ///   - attempts: which tries of each logical request, from 1; up to `Int.max` for no end.
  ///   - calls: which logical requests of the resource, from 1.
  ///   - ofCall: which requests about one registered call, from 1.
  ///   - deliveries: after which deliveries of its registered call's event a request came, from 1.
  ///   - connections: which connections, from 1.
  ///   - every: only every Nth of the requests that match.
  ///   - chance: how likely it is that a match counts, from 0 to 1.
  ///   - during: the time since the rules were loaded, on the resource's clock.
  ///   - budget: holds when it is spent.
  ///   - state: holds in this state.
  ///   - outcome: what is done.
  public init(
    _ name: String, match: RequestMatch = RequestMatch(), attempts: ClosedRange<Int>? = nil,
    calls: ClosedRange<Int>? = nil, ofCall: ClosedRange<Int>? = nil,
    deliveries: ClosedRange<Int>? = nil,
    connections: ClosedRange<Int>? = nil, every: Int? = nil,
    chance: Double? = nil, during: TimeWindow? = nil, over budget: Budget? = nil,
    state: String? = nil, do outcome: Outcome
  ) {
    self.init(
      name: name,
      when: Conditions(
        match: match, attempts: attempts.map { OrdinalRange($0) },
        calls: calls.map { OrdinalRange($0) }, ofCall: ofCall.map { OrdinalRange($0) },
        deliveries: deliveries.map { OrdinalRange($0) },
        connections: connections.map { OrdinalRange($0) },
        every: every, chance: chance, during: during, over: budget, state: state),
      then: outcome)
  }

  /// Whether both mean the same, even if they were written differently.
  public static func == (one: Rule, other: Rule) -> Bool {
    one.name == other.name && one.conditions == other.conditions && one.outcome == other.outcome
  }
}
