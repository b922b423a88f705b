import Core
import Documents

/// What goes wrong with which connections, before there is a request.
package struct ConnectionRule: Sendable {
  package var name: String
  /// Which connections, counted from 1; nil for all.
  package var connections: OrdinalRange?
  /// Only every Nth of those that match.
  package var every: Int?
  package var chance: Percentage?
  /// Since the scenario was loaded, on the resource's clock.
  package var during: TimeWindow?
  package var fault: ConnectionFault
  /// The rule as it was written; nil for one made in code.
  package var source: DocumentNode?

  package init(
    name: String, connections: OrdinalRange? = nil, every: Int? = nil, chance: Percentage? = nil,
    during: TimeWindow? = nil, fault: ConnectionFault
  ) {
    self.name = name
    self.connections = connections
    self.every = every
    self.chance = chance
    self.during = during
    self.fault = fault
  }
}
