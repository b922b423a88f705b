import Core
import EventLoop
import HTTP1
import RedirectCall
import Scenarios

/// A resource's current rules.
struct LoadedScenario: Sendable {
  private(set) var engine: ScenarioEngine
  /// Connections that had been accepted when it was loaded: for the rules, the first connection comes after them.
  private let firstConnection: UInt64

  /// When it was loaded, or a rule was switched last, on the resource's clock.
  private(set) var changedAt: Instant
  /// When it was loaded, on the monotonic clock, in nanoseconds: requests from before were not decided by it.
  let loadedAt: Int64

  /// How many connections its rules for connections have been tried on.
  private var connectionsAsked = 0
  /// How many calls had their events delivered before it was loaded: for rules for events, the first call comes after
  /// them.
  var callsBefore = 0
  /// Identifies one load by the object's identity.
  fileprivate final class Load: Sendable {}
  private let load = Load()
  /// Grows with each reset. A decision from before a reset is not counted after it.
  private var round = 0

  /// A connection's place among those that the rules are tried on. It keeps its number from one try to the next, as
  /// long as the rules are the same.
  struct Turn: Sendable {
    fileprivate let load: Load
    fileprivate let round: Int
    fileprivate let ordinal: Int
    /// The rule that is tried first.
    fileprivate var next = 0
  }

  init(_ scenario: Scenario, now: Instant, connectionsAccepted: UInt64) {
    engine = ScenarioEngine(scenario, loadedAt: now)
    changedAt = now
    loadedAt = Int64(clamping: SystemCall.monotonicNow())
    firstConnection = connectionsAccepted
  }

  /// The memory of rules that are read from a text of this many bytes, without their regular expressions. It is
  /// estimated, because rules are refused before they are read.
  static func cost(ofText count: Int) -> Int { 4096 + 16 * count }

  /// The memory of rules that were made in Swift, estimated in the same way, and of their regular expressions.
  static func cost(ofRules scenario: Scenario) -> Int {
    4096 + 2048 * scenario.ruleCount + scenario.patternMemory
  }

  /// A connection's number since the load; 0 for those from before.
  func ordinal(ofConnection id: UInt64) -> Int {
    id > firstConnection ? Int(clamping: id - firstConnection) : 0
  }

  /// The facts about a request that the rules need; nil if there are no rules.
  func facts(_ exchange: borrowing Exchange, _ request: borrowing Request, _ head: RequestHead)
    -> RuleFacts?
  {
    guard engine.hasRules else { return nil }
    return RuleFacts(
      exchange, request, head, connection: ordinal(ofConnection: request.origin.connection),
      asked: engine.asked)
  }

  mutating func decide(_ facts: borrowing RuleFacts, now: Instant) -> Decision? {
    engine.decide(facts, now: now)
  }

  /// Decides how a delivery goes wrong; nil if it is delivered as usual.
  ///
  /// - Parameter call: the call's number among the resource's calls that are delivered.
  mutating func decideEvent(call: Int, delivery: Int) -> EventPlan? {
    guard engine.hasEventRules else { return nil }
    return engine.decideEvent(call: call - callsBefore, delivery: delivery)
  }

  /// Tries the rules for connections.
  ///
  /// - Parameter turn: the connection's turn, if the rules were tried on it before. It gets a turn, or its turn
  ///   advances.
  mutating func decideConnection(
    _ turn: inout Turn?, speaking speech: ConnectionSpeech, now: Instant
  ) -> ConnectionVerdict {
    guard engine.hasConnectionRules else { return .pass }
    if !isOfThisLoad(turn) {
      connectionsAsked += 1
      turn = Turn(load: load, round: round, ordinal: connectionsAsked)
    }
    guard let asked = turn else { return .pass }
    let verdict = engine.decideConnection(
      ordinal: asked.ordinal, speaking: speech, from: asked.next, now: now)
    if case .undecided(let next) = verdict { turn?.next = next }
    return verdict
  }

  /// Counts the decision of a turn, after its fault has happened.
  mutating func fired(_ decision: ConnectionDecision, in turn: Turn) {
    if isOfThisLoad(turn) { engine.connectionRuleFired(decision.ruleIndex) }
  }

  private func isOfThisLoad(_ turn: Turn?) -> Bool {
    guard let turn else { return false }
    return turn.load === load && turn.round == round
  }

  /// Switches a rule on or off.
  ///
  /// - Returns: whether that changed something.
  mutating func setEnabled(_ isEnabled: Bool, rule: Int, now: Instant) -> Bool {
    guard engine.setEnabled(isEnabled, rule: rule) else { return false }
    changedAt = now
    return true
  }

  /// Whether both came from one load: they differ only in their counters.
  func isSameLoad(as other: LoadedScenario) -> Bool { load === other.load }

  /// Sets the counters to zero.
  mutating func reset(now: Instant) {
    engine.reset(now: now)
    callsBefore = 0
    round += 1
  }
}
