/// What a test expects of the operations that a client made. Each part that is set becomes one check; all but
/// ``operations``, ``redirects`` and ``rules`` are about every chosen operation, and fail if none was chosen.
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
  /// How often the chosen operations were executed together. If they are chosen by a context, this is how often that
  /// call was redirected. It is 0 if there is no operation.
  public var redirects: ExpectedCount?
  /// The statuses of each operation's attempts, in order; nil stands for an attempt that got none.
  public var statuses: [Int?]?
  /// The status of each operation's last attempt.
  public var finalStatus: Int?
  /// How each operation's attempts ended, in order; nil stands for an attempt with a response that is still being sent.
  public var ends: [RequestEnd?]?
  /// Each of these rules decided an attempt of the chosen operations; other rules may have, too. An empty list means
  /// that no rule did.
  public var rules: [String]?
  /// Whether each next attempt waited as long as the response before it asked for, by `retry-after-ms` or
  /// `Retry-After`.
  public var honoursRetryAfter: Bool?
  /// Whether retries kept their `Repeatability-Request-ID` and `Repeatability-First-Sent`.
  public var stableRepeatability: Bool?
  /// Bounds of the pauses between attempts.
  public var spacing: Spacing?
  /// Whether the pauses between attempts grew.
  public var backsOff: Bool?

  /// The verdict of each chosen call is one of these. A verdict that is not final never passes.
  public var caller: [Call.Verdict]?
  /// Whether the app knows that each chosen call was redirected.
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

  /// The names of the parts, as in `expect`.
  package static let names = [
    "operations", "attempts", "executed", "redirects", "statuses", "finalStatus", "ends",
    "rules", "honoursRetryAfter", "stableRepeatability", "spacing", "backsOff",
    "caller", "appKnows", "within", "deliveries",
  ]
}
