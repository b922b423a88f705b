import Core
import RedirectCall

/// Decides by a scenario's rules what happens to each request. It is a value: its owner has to make the calls one after
/// the other.
///
/// A rule's conditions are checked in this order: first the numbers and the state, then `match`. Then the request is
/// counted as matched, and `over`, `every` and `chance` are checked. The first rule with conditions that all hold has
/// fired and decides. If `over`, `every` or `chance` of a rule does not hold, the later rules are tried. `every` and
/// `chance` use the count of matches, a sequence uses the count of firings.
package struct ScenarioEngine: Sendable {
  package let scenario: Scenario
  /// The rules' counters, in the rules' order.
  package private(set) var counters: [RuleCounters]
  /// The connection rules' counters, in the rules' order.
  package private(set) var connectionCounters: [RuleCounters]
  /// The counters of the rules for events, in the rules' order.
  package internal(set) var eventCounters: [RuleCounters]
  package private(set) var loadedAt: Instant

  /// The facts about a request that the rules need. ``decide(_:now:)`` needs no others.
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
  /// How many rules were compared with a request since the start: the index keeps this low.
  package private(set) var rulesAsked = 0
  private var buckets: [Int: TokenBucket]

  /// The first state of a scenario.
  package static let initialState = "start"

  /// - Parameter loadedAt: on the resource's clock; `during` counts from then.
  package init(_ scenario: Scenario, loadedAt: Instant) {
    self.init(scenario, loadedAt: loadedAt, usesIndex: true)
  }

  /// - Parameter usesIndex: false tries all rules, in their order, for each request.
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

  /// Resets counters, state, budgets and windows to what they were when the scenario was loaded.
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

  /// Whether a rule is on.
  package func isEnabled(_ rule: Int) -> Bool { switchedOff[rule] == nil }

  /// Switches a rule on or off; its counters stay. A rule that is off has no effect.
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

  /// The state's number; those above 254 are not distinguished.
  package var stateNumber: UInt8 { UInt8(clamping: state) }

  /// The name of a state by its number; nil if several states may have the number.
  package func stateName(_ number: UInt8) -> String? {
    number == .max ? nil : states.first { $0.value == Int(number) }?.key
  }

  /// Whether there is a rule that may decide something; otherwise no facts are needed.
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
  /// - Complexity: O(rules that share with the request the condition under which they are filed): see `RuleIndex`.
  package mutating func decide<Facts: RequestFacts & ~Copyable & ~Escapable>(
    _ facts: borrowing Facts, now: Instant
  ) -> Decision? {
    decide(facts, now: now, fitting: nil)
  }

  /// - Parameter fitting: the result of each rule's `match`, if it is not to be compared.
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
    // One bit for each rule.
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

  /// Checks `over`, `every` and `chance`.
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

  /// Decides about a connection, and counts it. Rules are tried in their order. A rule with a fault in TLS is tried
  /// only on connections that speak TLS. It has no effect on others, so it does not count them.
  ///
  /// If a rule with a fault in TLS decides, the fault has not happened yet: ``connectionRuleFired(_:)`` counts it when
  /// it has. All other faults happen with the decision.
  ///
  /// - Parameters:
  ///   - ordinal: the connection's number, from 1.
  ///   - speech: the connection's protocol, if it is known.
  ///   - first: the rule to begin with, if the earlier ones were tried already.
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

  /// Counts that a rule's fault has happened on a connection.
  ///
  /// - Parameter index: ``ConnectionDecision/ruleIndex``.
  package mutating func connectionRuleFired(_ index: Int) {
    connectionCounters[index].fired += 1
  }

  /// Whether there is a rule for connections.
  package var hasConnectionRules: Bool { !scenario.connections.isEmpty }
}

/// How often a rule matched and fired.
package struct RuleCounters: Sendable, Hashable {
  /// Requests that no earlier rule decided and for which all conditions except `over`, `every` and `chance` held. For a
  /// rule for connections it counts connections; if its fault is in TLS, only those that spoke TLS. For a rule for
  /// events it counts deliveries.
  package var matched = 0
  /// Matches for which these conditions held as well: the requests that the rule decided. For a rule for connections it
  /// counts those on which its fault happened, and for a rule for events the deliveries that it decided.
  package var fired = 0

  package init() {}
}
