import Core
import HTTP1
import RedirectCall
import Scenarios

/// A resource's rules at work.
struct LoadedScenario: Sendable {
  private(set) var engine: ScenarioEngine
  /// Connections that had been accepted when it was loaded: what rules call the first one comes after them.
  private let firstConnection: UInt64
  private let load = Load()

  /// Which load it is, by identity.
  private final class Load: Sendable {}

  init(_ scenario: Scenario, now: Instant, connectionsAccepted: UInt64) {
    engine = ScenarioEngine(scenario, loadedAt: now)
    firstConnection = connectionsAccepted
  }

  /// What rules take that are read from a text of so many bytes: estimated, since they are refused before they are read.
  static func cost(ofText count: Int) -> Int { 4096 + 16 * count }

  /// What rules take that were made in Swift, estimated likewise.
  static func cost(ofRules scenario: Scenario) -> Int {
    4096 + 2048 * (scenario.rules.count + scenario.connections.count)
  }

  /// Which connection since the load a connection is; 0 for those from before.
  func ordinal(ofConnection id: UInt64) -> Int {
    id > firstConnection ? Int(clamping: id - firstConnection) : 0
  }

  /// What the rules ask of a request; nil where there are none.
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

  mutating func decideConnection(ordinal: UInt64, now: Instant) -> ConnectionFault? {
    engine.decideConnection(ordinal: self.ordinal(ofConnection: ordinal), now: now)?.fault
  }

  /// Whether both came from one load: they differ in their counters alone.
  func isSameLoad(as other: LoadedScenario) -> Bool { load === other.load }

  /// Counters from zero.
  mutating func reset(now: Instant) {
    engine.reset(now: now)
  }
}
