/// What a test expects of the operations that a client made. Each part that is set becomes one check; all but
/// ``operations``, ``redirects`` and ``rules`` are about every chosen operation, and fail where none was chosen.
///
/// ```swift
/// Expectations(operations: 1, attempts: .between(2...3), executed: 1, honoursRetryAfter: true)
/// ```
public struct Expectations: Sendable, Hashable {
  /// The pause between a response's last byte and the next attempt's first.
  public struct Spacing: Sendable, Hashable {
    /// No pause is shorter.
    public var atLeast: Duration?
    /// No pause is longer.
    public var atMost: Duration?

    /// Bounds of every pause; nil for none.
    public init(atLeast: Duration? = nil, atMost: Duration? = nil) {
      self.atLeast = atLeast
      self.atMost = atMost
    }
  }

  /// How many operations there are.
  public var operations: ExpectedCount?
  /// How many attempts each operation has.
  public var attempts: ExpectedCount?
  /// How often each operation was executed.
  public var executed: ExpectedCount?
  /// How often the chosen operations were executed together: of operations chosen by a context, how often that call was
  /// redirected. No operation was redirected 0 times.
  public var redirects: ExpectedCount?
  /// The statuses of each operation's attempts, in order; nil stands for an attempt that got none.
  public var statuses: [Int?]?
  /// The status of each operation's last attempt.
  public var finalStatus: Int?
  /// How each operation's attempts ended, in order; nil stands for one whose response is still being sent.
  public var ends: [RequestEnd?]?
  /// Rules of which each decided an attempt of the chosen operations; others may have, too. An empty list: no rule did.
  public var rules: [String]?
  /// Whether every next attempt came no sooner than the response before it had asked, by `retry-after-ms` or
  /// `Retry-After`.
  public var honoursRetryAfter: Bool?
  /// Whether retries kept their `Repeatability-Request-ID` and `Repeatability-First-Sent`.
  public var stableRepeatability: Bool?
  /// Bounds of the pauses between attempts.
  public var spacing: Spacing?
  /// Whether the pauses between attempts grew.
  public var backsOff: Bool?

  /// What became of each chosen call: one of these. Verdicts that are not final are never as expected.
  public var caller: [Call.Verdict]?
  /// Whether the app knows of each chosen call that it was redirected.
  public var appKnows: Bool?
  /// How long each chosen call rang at most until it was redirected.
  public var within: Duration?
  /// How often the event of each chosen call was delivered.
  public var deliveries: ExpectedCount?

  /// Expectations; nil if there is none.
  public init(
    operations: ExpectedCount? = nil, attempts: ExpectedCount? = nil,
    executed: ExpectedCount? = nil, redirects: ExpectedCount? = nil, statuses: [Int?]? = nil,
    finalStatus: Int? = nil, ends: [RequestEnd?]? = nil, rules: [String]? = nil,
    honoursRetryAfter: Bool? = nil, stableRepeatability: Bool? = nil, spacing: Spacing? = nil,
    backsOff: Bool? = nil,
    caller: [Call.Verdict]? = nil, appKnows: Bool? = nil, within: Duration? = nil,
    deliveries: ExpectedCount? = nil
  ) {
    self.operations = operations
    self.attempts = attempts
    self.executed = executed
    self.redirects = redirects
    self.statuses = statuses
    self.finalStatus = finalStatus
    self.ends = ends
    self.rules = rules
    self.honoursRetryAfter = honoursRetryAfter
    self.stableRepeatability = stableRepeatability
    self.spacing = spacing
    self.backsOff = backsOff
    self.caller = caller
    self.appKnows = appKnows
    self.within = within
    self.deliveries = deliveries
  }

  /// The names of the parts, as `expect` has them.
  package static let names = [
    "operations", "attempts", "executed", "redirects", "statuses", "finalStatus", "ends",
    "rules", "honoursRetryAfter", "stableRepeatability", "spacing", "backsOff",
    "caller", "appKnows", "within", "deliveries",
  ]
}
