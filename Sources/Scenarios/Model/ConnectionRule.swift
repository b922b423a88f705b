import Documents

/// What goes wrong with which connections, before there is a request.
public struct ConnectionRule: Sendable, Equatable {
  /// The name in `unusedRules`.
  public var name: String
  /// Which connections, counted from 1; nil for all.
  public var connections: OrdinalRange?
  /// Only every Nth of those that match.
  public var every: Int?
  /// How likely it is that a match counts, from 0 to 1; decided by the seed and the number of matches.
  public var chance: Double?
  /// The time since the scenario was loaded, on the resource's clock.
  public var during: TimeWindow?
  /// What goes wrong.
  public var fault: ConnectionFault
  /// The rule as it was written; nil for one made in code.
  package var source: DocumentNode?
  /// The file that it was read from; nil if it was not read from a file.
  package var file: String?

  package init(
    name: String, connections: OrdinalRange? = nil, every: Int? = nil, chance: Double? = nil,
    during: TimeWindow? = nil, fault: ConnectionFault
  ) {
    self.name = name
    self.connections = connections
    self.every = every
    self.chance = chance
    self.during = during
    self.fault = fault
  }

  /// A rule with one fault.
  ///
  /// - Parameters:
  ///   - connections: which ones, from 1; up to `Int.max` for no end.
  ///   - every: only every Nth of those that match.
  ///   - chance: from 0 to 1.
  ///   - during: the time since the rules were loaded, on the resource's clock.
  public init(
    _ name: String, connections: ClosedRange<Int>? = nil, every: Int? = nil,
    chance: Double? = nil, during: TimeWindow? = nil, do fault: ConnectionFault
  ) {
    self.init(
      name: name, connections: connections.map { OrdinalRange($0) }, every: every,
      chance: chance, during: during, fault: fault)
  }

  /// Whether both mean the same, even if they were written differently.
  public static func == (one: ConnectionRule, other: ConnectionRule) -> Bool {
    one.name == other.name && one.connections == other.connections && one.every == other.every
      && one.chance == other.chance && one.during == other.during && one.fault == other.fault
  }
}
