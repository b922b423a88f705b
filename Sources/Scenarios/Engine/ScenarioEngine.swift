import Core
import RedirectCall

/// Decides by a scenario's rules what happens to each request. A value: whoever holds it keeps its calls in order.
///
/// A rule's conditions are asked in this order: the numbers and the state, `match`, then, with the request counted as
/// matched, `over`, `every` and `chance`. The first rule for which all hold has fired and decides; a rule whose
/// `over`, `every` or `chance` does not hold leaves the request to the rules behind it. `every` and `chance` go by the
/// count of matches, a sequence by the count of firings.
package struct ScenarioEngine: Sendable {
  package let scenario: Scenario
  /// Of the rules, in their order.
  package private(set) var counters: [RuleCounters]
  /// Of the connection rules, in their order.
  package private(set) var connectionCounters: [RuleCounters]
  /// Of the rules for events, in their order.
  package internal(set) var eventCounters: [RuleCounters]
  package private(set) var loadedAt: Instant

  /// What the rules ask of a request: all else need not be kept for ``decide(_:now:)``.
  package let asked: AskedFacts

  private var gates: [RuleGate]
  /// The gates of rules that are switched off.
  private var switchedOff: [Int: RuleGate] = [:]
  private let checks: [TextCheck]
  private let patterns: [TextPattern]
  private let headerNames: [String]
  private let index: RuleIndex
  private let states: [String: Int]
  private var state: Int
  /// How many rules were asked whether a request fits them, since the start: what the index keeps low.
  package private(set) var rulesAsked = 0
  private var buckets: [Int: TokenBucket]

  /// The state that a scenario begins in.
  package static let initialState = "start"

  /// - Parameter loadedAt: on the resource's clock: what `during` counts from.
  package init(_ scenario: Scenario, loadedAt: Instant) {
    self.init(scenario, loadedAt: loadedAt, usesIndex: true)
  }

  /// - Parameter usesIndex: false asks all rules, in their order, for each request.
  package init(_ scenario: Scenario, loadedAt: Instant, usesIndex: Bool) {
    self.scenario = scenario
    self.loadedAt = loadedAt
    counters = Array(repeating: RuleCounters(), count: scenario.rules.count)
    connectionCounters = Array(repeating: RuleCounters(), count: scenario.connections.count)
    eventCounters = Array(repeating: RuleCounters(), count: scenario.events.count)
    var states = [Self.initialState: 0]
    func number(_ name: String) -> Int {
      if let known = states[name] { return known }
      states[name] = states.count
      return states.count - 1
    }
    for name in scenario.rules.flatMap(\.outcome.statesReached) { _ = number(name) }
    var headerNames = Numbered<String>()
    var checks: [TextCheck] = []
    var patterns = Numbered<TextPattern>()
    gates = scenario.rules.map { rule in
      let start = checks.count
      checks += TextCheck.checks(
        of: rule.conditions.match, headerNames: &headerNames, patterns: &patterns)
      return RuleGate(
        rule.conditions, state: rule.conditions.state.map(number) ?? -1,
        checks: start..<checks.count)
    }
    self.checks = checks
    asked = AskedFacts(checks)
    self.patterns = patterns.all
    index = RuleIndex(gates: gates, checks: checks, patterns: patterns.all, isUsed: usesIndex)
    self.headerNames = headerNames.all
    self.states = states
    state = 0
    buckets = [:]
    reset(now: loadedAt)
  }

  /// Counters, state, budgets and windows as when the scenario was loaded.
  package mutating func reset(now: Instant) {
    loadedAt = now
    state = 0
    for index in counters.indices { counters[index] = RuleCounters() }
    for index in connectionCounters.indices { connectionCounters[index] = RuleCounters() }
    for index in eventCounters.indices { eventCounters[index] = RuleCounters() }
    for (index, rule) in scenario.rules.enumerated() {
      if let budget = rule.conditions.over { buckets[index] = TokenBucket(budget, now: now) }
    }
  }

  /// Whether a rule takes part.
  package func isEnabled(_ rule: Int) -> Bool { switchedOff[rule] == nil }

  /// Switches a rule on or off; its counters stay. One that is off is as if it were not there.
  ///
  /// - Returns: whether that changed something.
  package mutating func setEnabled(_ isEnabled: Bool, rule: Int) -> Bool {
    guard gates.indices.contains(rule), isEnabled != self.isEnabled(rule) else { return false }
    if let gate = switchedOff.removeValue(forKey: rule) {
      gates[rule] = gate
    } else {
      switchedOff[rule] = gates[rule]
      gates[rule].close()
    }
    return true
  }

  /// The scenario's state.
  package var currentState: String {
    states.first { $0.value == state }?.key ?? Self.initialState
  }

  /// The state's number; those above 254 are not told apart.
  package var stateNumber: UInt8 { UInt8(clamping: state) }

  /// The name of a state by its number; nil if the number may be of several.
  package func stateName(_ number: UInt8) -> String? {
    number == .max ? nil : states.first { $0.value == Int(number) }?.key
  }

  /// Whether there is a rule that may decide something; else facts need not be made.
  package var hasRules: Bool { !gates.isEmpty }

  /// Names of the rules that never fired: those for requests, for connections, and for events.
  package var unusedRules: [String] {
    zip(scenario.rules, counters).filter { $1.fired == 0 }.map(\.0.name)
      + zip(scenario.connections, connectionCounters).filter { $1.fired == 0 }.map(\.0.name)
      + zip(scenario.events, eventCounters).filter { $1.fired == 0 }.map(\.0.name)
  }

  /// Decides about a request and counts it.
  ///
  /// - Parameter now: on the resource's clock.
  /// - Returns: nil if no rule matches.
  /// - Complexity: of the rules that it may fit by the condition that they share with the fewest others: see
  ///   `RuleIndex`.
  package mutating func decide<Facts: RequestFacts & ~Copyable & ~Escapable>(
    _ facts: borrowing Facts, now: Instant
  ) -> Decision? {
    decide(facts, now: now, fitting: nil)
  }

  /// - Parameter fitting: what `match` comes to for each rule, where it is not to be asked.
  mutating func decide<Facts: RequestFacts & ~Copyable & ~Escapable>(
    _ facts: borrowing Facts, now: Instant, fitting: [Bool]?
  ) -> Decision? {
    if gates.isEmpty { return nil }
    let attempt = facts.attempt
    let call = facts.call
    let ofCall = facts.ofCall
    let deliveries = facts.deliveries
    let connection = facts.connection
    let isValid = facts.isValid
    let elapsed = now.nanoseconds &- loadedAt.nanoseconds
    var cache = FactCache()
    var scheme: Int?
    // One bit a rule.
    var candidates = index.always
    if fitting != nil {
      for word in candidates.indices { candidates[word] = .max }
    } else if index.hasKeys {
      if index.asksScheme { scheme = Self.number(ofScheme: facts.authScheme) }
      index.add(
        RuleIndex.Numbers(
          attempt: attempt, call: call, connection: connection, state: state, scheme: scheme ?? -1),
        to: &candidates)
      for fact in index.facts {
        guard let text = cache.bytes(of: fact, facts, headerNames: headerNames) else { continue }
        index.add(fact, text, to: &candidates)
      }
    }
    var word = 0
    next: while word < candidates.count {
      let bit = candidates[word].trailingZeroBitCount
      guard bit < 64 else {
        word += 1
        continue
      }
      candidates[word] &= candidates[word] &- 1
      let index = word * 64 + bit
      guard index < gates.count else { break }
      rulesAsked += 1
      guard
        gates[index].opens(
          attempt: attempt, call: call, ofCall: ofCall, deliveries: deliveries,
          connection: connection, elapsed: elapsed, isValid: isValid, state: state)
      else { continue }
      if let fitting {
        guard fitting[index] else { continue }
      } else {
        if gates[index].scheme >= 0 {
          let known = scheme ?? Self.number(ofScheme: facts.authScheme)
          scheme = known
          guard gates[index].scheme == known else { continue }
        }
        for check in gates[index].checks {
          guard
            cache.fits(
              checks[check], facts, headerNames: headerNames, patterns: patterns)
          else { continue next }
        }
      }
      counters[index].matched += 1
      guard conditionsHold(index, now) else { continue }
      return fire(index)
    }
    return nil
  }

  private static func number(ofScheme name: String?) -> Int {
    ScenarioNames.schemes.firstIndex(of: name ?? "none") ?? -1
  }

  /// `over`, `every` and `chance`.
  private mutating func conditionsHold(_ index: Int, _ now: Instant) -> Bool {
    if gates[index].hasBudget, buckets[index]?.take(now: now) ?? false { return false }
    return isChosen(
      counters[index].matched, every: gates[index].every, chance: gates[index].chance, rule: index,
      .chance)
  }

  private func isChosen(
    _ ordinal: Int, every: Int, chance: Double, rule: Int, _ purpose: SeededRandom.Purpose
  ) -> Bool {
    if every > 1, ordinal % every != 0 { return false }
    if chance >= 1 { return true }
    var random = SeededRandom(
      seed: scenario.seed, rule: rule, ordinal: ordinal, purpose: purpose)
    return random.unit() < chance
  }

  private mutating func fire(_ index: Int) -> Decision {
    counters[index].fired += 1
    let rule = scenario.rules[index]
    let ordinal = counters[index].fired
    var random = SeededRandom(
      seed: scenario.seed, rule: index, ordinal: ordinal, purpose: .values)
    let (action, step) = rule.outcome.part(ordinal)
    let delay = action?.delay?.draw(&random)
    if let becomes = action?.becomes, let next = states[becomes] { state = next }
    return Decision(
      ruleIndex: index, ruleName: rule.name, step: step, action: action, delay: delay,
      random: random)
  }

  /// Decides about a connection, and counts it. Rules are asked in their order. One whose fault is in TLS is asked of
  /// connections that speak TLS alone: for others there is nothing that it could do, and so it does not count them.
  ///
  /// Where a rule decides whose fault is in TLS, the fault is still to come: ``connectionRuleFired(_:)`` counts it when it
  /// has taken place. All others have taken place with the decision.
  ///
  /// - Parameters:
  ///   - ordinal: which connection, from 1.
  ///   - speech: what the connection speaks, as far as that is known.
  ///   - first: the rule to begin with, where the earlier ones were asked already.
  ///   - now: on the resource's clock.
  package mutating func decideConnection(
    ordinal: Int, speaking speech: ConnectionSpeech, from first: Int = 0, now: Instant
  ) -> ConnectionVerdict {
    let elapsed = now.nanoseconds &- loadedAt.nanoseconds
    for index in scenario.connections.indices.dropFirst(first) {
      let rule = scenario.connections[index]
      guard rule.connections?.contains(ordinal) ?? true, rule.during?.contains(elapsed) ?? true
      else { continue }
      let isOfTLS = rule.fault.isOfTLS
      if isOfTLS {
        if speech == .unknown { return .undecided(at: index) }
        if speech == .http { continue }
      }
      connectionCounters[index].matched += 1
      guard
        isChosen(
          connectionCounters[index].matched, every: max(rule.every ?? 1, 1),
          chance: rule.chance ?? 1, rule: index, .connectionChance)
      else { continue }
      if !isOfTLS { connectionRuleFired(index) }
      return .fault(
        ConnectionDecision(ruleIndex: index, ruleName: rule.name, fault: rule.fault))
    }
    return .pass
  }

  /// Counts that the fault of a rule has taken place on a connection.
  ///
  /// - Parameter index: of ``ConnectionDecision/ruleIndex``.
  package mutating func connectionRuleFired(_ index: Int) {
    connectionCounters[index].fired += 1
  }

  /// Whether there is a rule for connections.
  package var hasConnectionRules: Bool { !scenario.connections.isEmpty }
}

/// How often a rule was in question.
package struct RuleCounters: Sendable, Hashable {
  /// Requests that no earlier rule decided and for which all conditions held but `over`, `every` and `chance`; of a rule
  /// for connections: connections, and where its fault is in TLS those that spoke TLS; of one for events: deliveries.
  package var matched = 0
  /// Those of them for which these held as well: the requests that the rule decided; of a rule for connections those on
  /// which its fault took place, of one for events the deliveries that it decided.
  package var fired = 0

  package init() {}
}
