import Core
import FoundationEssentials

/// One call, as its caller and the app saw it: what came about it, and what became of it. A value that is judged by
/// nothing but its parts. The guide Calls describes it.
public struct Call: Sendable {
  /// How the emulator knows of it.
  public enum Origin: String, Sendable, CaseIterable {
    /// It was made to ring.
    case registered
    /// Somebody redirected it, and nobody had registered it.
    case seen
  }

  /// What became of a call.
  public enum Verdict: String, Sendable, CaseIterable {
    /// A seen call was redirected two times or more.
    case redirectedTwice
    /// The app took the call itself.
    case answered
    /// The app rejected the call.
    case rejected
    /// Redirected once, and the app knows.
    case redirected
    /// It rings still, or the app may still learn that it was redirected.
    case ringing
    /// A try of a seen call is on its way or due.
    case waiting
    /// Redirected once, and the app does not know.
    case redirectedUnknown
    /// Never redirected: the last try of a seen call failed a check of the contract.
    case refused
    /// Never redirected: the call rang out, or nobody tried again.
    case lost

    /// Whether it stays, as long as nobody sends another request.
    public var isFinal: Bool { self != .ringing && self != .waiting }
  }

  /// What the call is doing.
  public enum State: String, Sendable, CaseIterable {
    /// It rings.
    case ringing
    /// It was redirected.
    case redirected
    /// The app rejected it.
    case rejected
    /// The app answered it.
    case answered
    /// It is over, and nobody took it.
    case ended
  }

  /// The time that a registered call has.
  package struct Ring: Sendable, Equatable {
    package var rangAt: Instant
    package var ringsUntil: Instant

    package init(rangAt: Instant, ringsUntil: Instant) {
      (self.rangAt, self.ringsUntil) = (rangAt, ringsUntil)
    }
  }

  /// `c12` for the twelfth registered call, `r345` for a seen call whose first request has this number.
  public let id: String
  /// How the emulator knows of it.
  public let origin: Origin
  /// nil if no request said which.
  public let incomingCallContext: String?
  /// What responses about a registered call have in `X-Microsoft-Skype-Chain-ID`.
  public let correlationID: String?
  /// The caller's raw id; nil of a seen call.
  public let from: String?
  /// The callee's raw id; nil of a seen call.
  public let to: String?
  /// The requests about it, in the order in which they came.
  public let attempts: [CallAttempt]
  /// How many requests about it are not among ``attempts``, since there were too many.
  public let skippedAttempts: Int
  /// How many of the skipped ones redirected it.
  package let skippedRedirects: Int
  /// The deliveries of its event.
  public let deliveries: [CallDelivery]

  /// The id of the call that this one's redirect made; nil if it made none.
  public let next: String?

  package let ring: Ring?
  /// When its event is delivered again; nil if it is not delivered.
  package let redelivery: RedeliveryRules?
  /// How many calls of its chain came before it.
  package let chainLength: Int
  /// Whether its redirect made no further call, since the chain is as long as one may be.
  package let endsChain: Bool
  /// Connections to the service that failed while a call rang about which no request came.
  package let failures: Failures?
  /// Redirects with another context that came while it rang and no request about it did.
  package let strays: Strays?
  /// What ends the rule that decided each try.
  package let cure: Cure?
  /// Requests about it that came to another resource.
  package let misdirected: Misdirected?
  /// When a registered call was taken, on the resource's clock.
  package let takenAt: Instant?
  /// How long after the ring's end the first try came that was too late, in nanoseconds.
  package let lateBy: Int64?
  /// When it is looked at: on the resource's clock.
  package let now: Instant
  /// The same on the monotonic clock, in nanoseconds.
  package let monotonicNow: Int64

  package init(
    id: String, origin: Origin, incomingCallContext: String?, correlationID: String? = nil,
    from: String? = nil, to: String? = nil, ring: Ring? = nil, takenAt: Instant? = nil,
    lateBy: Int64? = nil, attempts: [CallAttempt], skippedAttempts: Int = 0,
    skippedRedirects: Int = 0, deliveries: [CallDelivery] = [],
    redelivery: RedeliveryRules? = nil, next: String? = nil, chainLength: Int = 0,
    endsChain: Bool = false, failures: Failures? = nil, misdirected: Misdirected? = nil,
    strays: Strays? = nil, cure: Cure? = nil, now: Instant, monotonicNow: Int64
  ) {
    self.misdirected = misdirected
    self.strays = strays
    self.cure = cure
    self.failures = failures
    self.redelivery = redelivery
    self.next = next
    self.chainLength = chainLength
    self.endsChain = endsChain
    self.id = id
    self.origin = origin
    self.incomingCallContext = incomingCallContext
    self.correlationID = correlationID
    self.from = from
    self.to = to
    self.ring = ring
    self.takenAt = takenAt
    self.lateBy = lateBy
    self.attempts = attempts
    self.skippedAttempts = skippedAttempts
    self.skippedRedirects = skippedRedirects
    self.deliveries = deliveries
    self.now = now
    self.monotonicNow = monotonicNow
  }

  /// When a registered call began to ring, on the resource's clock.
  public var rangAt: Date? { ring.map { Date($0.rangAt) } }

  /// When a registered call stops ringing.
  public var ringsUntil: Date? { ring.map { Date($0.ringsUntil) } }
}
