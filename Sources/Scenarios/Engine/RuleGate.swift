import Core

/// The conditions of a rule that are numbers. They are checked first, and need no other memory than this.
struct RuleGate: Sendable {
  var attempts: (lower: Int, upper: Int)
  var calls: (lower: Int, upper: Int)
  var ofCall: (lower: Int, upper: Int)
  var deliveries: (lower: Int, upper: Int)
  var connections: (lower: Int, upper: Int)
  var elapsed: (lower: Int64, upper: Int64)
  var takesValid: Bool
  var takesInvalid: Bool
  /// The number of the rule's state; negative for any.
  var state: Int
  /// The number of the rule's scheme among ``ScenarioNames/schemes``; negative for any.
  var scheme: Int
  /// The range of the rule's text checks among those of all rules.
  var checks: Range<Int>
  var hasBudget: Bool
  /// 1 for every match.
  var every: Int
  /// A fraction; 1 for all.
  var chance: Double

  init(_ conditions: Conditions, state: Int, checks: Range<Int>) {
    func bounds(_ range: OrdinalRange?) -> (lower: Int, upper: Int) {
      (range?.lower ?? .min, range?.upper ?? .max)
    }
    attempts = bounds(conditions.attempts)
    calls = bounds(conditions.calls)
    ofCall = bounds(conditions.ofCall)
    deliveries = bounds(conditions.deliveries)
    connections = bounds(conditions.connections)
    elapsed = (
      conditions.during?.lower.wholeNanoseconds ?? .min,
      conditions.during?.upper?.wholeNanoseconds ?? .max
    )
    takesValid = conditions.match.validity != .invalid
    takesInvalid = conditions.match.validity != .valid
    self.state = state
    scheme = conditions.match.auth.map { ScenarioNames.schemes.firstIndex(of: $0) ?? .max } ?? -1
    self.checks = checks
    hasBudget = conditions.over != nil
    every = max(conditions.every ?? 1, 1)
    chance = conditions.chance ?? 1
  }

  /// Closes it for all requests: no try is in a range that ends before it begins.
  mutating func close() {
    attempts = (.max, .min)
  }

  func opens(
    attempt: Int, call: Int, ofCall ordinal: Int, deliveries delivered: Int, connection: Int,
    elapsed now: Int64, isValid: Bool, state current: Int
  ) -> Bool {
    attempt >= attempts.lower && attempt <= attempts.upper
      && (isValid ? takesValid : takesInvalid)
      && (state < 0 || state == current)
      && call >= calls.lower && call <= calls.upper
      && ordinal >= ofCall.lower && ordinal <= ofCall.upper
      && delivered >= deliveries.lower && delivered <= deliveries.upper
      && connection >= connections.lower && connection <= connections.upper
      && now >= elapsed.lower && (now < elapsed.upper || elapsed.upper == .max)
  }
}
