/// One remembered id.
struct RepeatabilityEntry: Sendable {
  enum State: UInt8 {
    case inProgress
    /// Ended with an answer that repeats get again.
    case answered
    /// Ended with an answer after which a repeat runs again.
    case failed
    /// Forgotten, but not yet at the ring's end.
    case dead
  }

  var requestID: RequestUUID
  var fingerprint: RequestFingerprint
  /// The last second since 1970 in which the id is remembered.
  var expires: Int64
  var run: UInt64
  var state: State
  /// The answer's status, where there is one.
  var status: UInt16
}
