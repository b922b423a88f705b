/// One id of a ``RequestIDMemory``: how often it was tried, and what is remembered of its request.
///
/// A resource may have a hundred thousand of these, so they are as small as possible: 40 bytes.
struct RequestIDEntry: Sendable {
  enum State: UInt8 {
    /// Only the number of its tries is known.
    case counted
    case inProgress
    /// Ended with a response that repeats get again.
    case answered
    /// Ended with a response after which a repeat runs again.
    case failed

    /// Whether its request ended, and that is remembered.
    var hasResponse: Bool { self == .answered || self == .failed }
  }

  let requestID: RequestUUID
  /// The fingerprint of its repeatable request. It has no meaning while the id is only counted.
  var fingerprint = RequestFingerprint(value: 0)
  /// The number of its logical request at the resource.
  let call: UInt32
  private var expiresLow: UInt32 = 0
  private var expiresHigh: Int8 = 0
  private var attemptHigh: UInt8 = 0
  private var attemptLow: UInt16 = 1
  /// The response's status, if there is one.
  var status: UInt16 = 0
  /// Counts its runs, so that the ticket of an earlier run changes nothing. Only one is in progress at a time.
  var run: UInt8 = 0
  var state = State.counted

  /// An id that is tried for the first time.
  init(requestID: RequestUUID, call: UInt32) {
    self.requestID = requestID
    self.call = call
  }

  /// The last second since 1970 in which its response is remembered.
  var expires: Int64 {
    get { Int64(expiresHigh) << 32 | Int64(expiresLow) }
    set {
      // No date is as far as 2³⁹ seconds from 1970: that is the year 19391.
      let within = min(max(newValue, -1 << 39), 1 << 39 - 1)
      expiresLow = UInt32(truncatingIfNeeded: within)
      expiresHigh = Int8(truncatingIfNeeded: within >> 32)
    }
  }

  /// Counts one more attempt, up to 2²⁴ - 1.
  ///
  /// - Returns: which one it is.
  mutating func countAttempt() -> UInt32 {
    let attempt = min(UInt32(attemptHigh) << 16 | UInt32(attemptLow), 0xFF_FFFE) + 1
    attemptLow = UInt16(truncatingIfNeeded: attempt)
    attemptHigh = UInt8(truncatingIfNeeded: attempt >> 16)
    return attempt
  }
}
