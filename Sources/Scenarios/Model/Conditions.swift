/// When a rule applies: all that are set must hold.
public struct Conditions: Sendable, Hashable {
  /// The required form of the request.
  public var match: RequestMatch
  /// Which tries of a logical request.
  public var attempts: OrdinalRange?
  /// Which logical requests of the resource.
  public var calls: OrdinalRange?
  /// Which requests about one registered call, by its context. It never holds for other requests.
  public var ofCall: OrdinalRange?
  /// After which deliveries of its registered call's event a request came. It never holds for other requests.
  public var deliveries: OrdinalRange?
  /// Which connections.
  public var connections: OrdinalRange?
  /// Only every Nth of the requests that match.
  public var every: Int?
  /// How likely it is that a match counts, from 0 to 1; decided by the seed and the number of matches.
  public var chance: Double?
  /// The time since the scenario was loaded, on the resource's clock.
  public var during: TimeWindow?
  /// Holds when the budget is spent.
  public var over: Budget?
  /// Holds in this state.
  public var state: String?

  /// Conditions; nil means no condition.
  public init(
    match: RequestMatch = RequestMatch(), attempts: OrdinalRange? = nil,
    calls: OrdinalRange? = nil, ofCall: OrdinalRange? = nil, deliveries: OrdinalRange? = nil,
    connections: OrdinalRange? = nil, every: Int? = nil,
    chance: Double? = nil, during: TimeWindow? = nil, over: Budget? = nil,
    state: String? = nil
  ) {
    self.match = match
    self.attempts = attempts
    self.calls = calls
    self.ofCall = ofCall
    self.deliveries = deliveries
    self.connections = connections
    self.every = every
    self.chance = chance
    self.during = during
    self.over = over
    self.state = state
  }
}

/// A budget of requests that fills up with time.
public struct Budget: Sendable, Hashable {
  /// How fast it fills up.
  public var rate: Rate
  /// How much it holds; it begins full.
  public var burst: Int

  /// - Parameter burst: nil for the rate's count.
  public init(rate: Rate, burst: Int? = nil) {
    self.rate = rate
    self.burst = burst ?? rate.count
  }
}
