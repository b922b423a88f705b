import Core

/// When a rule applies: all that are set must hold.
package struct Conditions: Sendable, Hashable {
  package var match: RequestMatch
  /// Which tries of a logical request.
  package var attempts: OrdinalRange?
  /// Which logical requests of the resource.
  package var calls: OrdinalRange?
  /// Which connections.
  package var connections: OrdinalRange?
  /// Only every Nth of the requests that match.
  package var every: Int?
  package var chance: Percentage?
  /// Since the scenario was loaded, on the resource's clock.
  package var during: TimeWindow?
  /// Holds when the budget is spent.
  package var over: Budget?
  /// Holds in this state.
  package var state: String?

  package init(
    match: RequestMatch = RequestMatch(), attempts: OrdinalRange? = nil,
    calls: OrdinalRange? = nil, connections: OrdinalRange? = nil, every: Int? = nil,
    chance: Percentage? = nil, during: TimeWindow? = nil, over: Budget? = nil,
    state: String? = nil
  ) {
    self.match = match
    self.attempts = attempts
    self.calls = calls
    self.connections = connections
    self.every = every
    self.chance = chance
    self.during = during
    self.over = over
    self.state = state
  }
}
