/// A rule of a scenario as a Swift value: what is done to which requests. The guide Scenarios describes what each
/// part does; a rule is checked when it is loaded, by what checks files.
///
/// ```swift
/// try emulator.load(rules: [
///   ScenarioRule("throttled twice", attempts: 1...2, do: .respond(429, retryAfter: .milliseconds(100))),
///   ScenarioRule("the answer gets lost", calls: 3...3, do: .fault(.reset(), afterExecution: true)),
/// ])
/// ```
public struct ScenarioRule: Sendable {
  /// Which requests; every part that is set must hold. Texts are patterns: `*`, `?`, or `/a regular expression/`.
  public struct Match: Sendable {
    /// The api-version.
    public var apiVersion: String?
    /// `phoneNumber`, `communicationUser`, …
    public var targetKind: String?
    /// The phone number, user id, app id or raw id.
    public var targetID: String?
    /// `incomingCallContext`.
    public var context: String?
    /// Header fields by name; nil stands for one that is not there.
    public var headers: [String: String?]
    /// The kind of credential: `userToken`, `accessKey`, `entra`, `other` or `none`.
    public var auth: String?
    /// The token's user.
    public var user: String?
    /// Whether the request passes the checks; valid ones only where nothing is said.
    public var valid: Bool?

    /// Parts that must hold; none means every request.
    public init(
      apiVersion: String? = nil, targetKind: String? = nil, targetID: String? = nil,
      context: String? = nil, headers: [String: String?] = [:], auth: String? = nil,
      user: String? = nil, valid: Bool? = nil
    ) {
      self.apiVersion = apiVersion
      self.targetKind = targetKind
      self.targetID = targetID
      self.context = context
      self.headers = headers
      self.auth = auth
      self.user = user
      self.valid = valid
    }
  }

  /// The name that the journal has for it.
  public var name: String
  /// Which requests.
  public var match: Match
  /// Which tries of each logical request, from 1.
  public var attempts: ClosedRange<Int>?
  /// Which logical requests of the resource, from 1.
  public var calls: ClosedRange<Int>?
  /// Each how many-th match.
  public var every: Int?
  /// How likely it is that a match counts, 0 to 1; decided by the seed and the count of matches.
  public var chance: Double?
  /// From when until when, since the rules were loaded, on the resource's clock.
  public var during: ClosedRange<Duration>?
  /// In which state.
  public var state: String?
  /// What is done. The last step stays.
  public var steps: [(times: Int, action: ScenarioAction)]

  /// A rule with one action.
  ///
  /// - Parameter action: ``ScenarioAction/pass`` lets the request through.
  public init(
    _ name: String, match: Match = Match(), attempts: ClosedRange<Int>? = nil,
    calls: ClosedRange<Int>? = nil, every: Int? = nil, chance: Double? = nil,
    during: ClosedRange<Duration>? = nil, state: String? = nil, do action: ScenarioAction
  ) {
    self.name = name
    self.match = match
    self.attempts = attempts
    self.calls = calls
    self.every = every
    self.chance = chance
    self.during = during
    self.state = state
    steps = [(1, action)]
  }
}
