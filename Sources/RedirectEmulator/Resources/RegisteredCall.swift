import Core
import RedirectCall

/// A call that was made to ring, as its resource keeps it.
package struct RegisteredCall: Sendable {
  /// The number of its registration among all that were ever made here, from 1.
  package internal(set) var number: UInt64 = 0
  package let context: String
  /// The value of `X-Microsoft-Skype-Chain-ID` in every response about the call.
  package let correlationID: RequestUUID
  /// The caller's raw id.
  package let from: String
  /// The callee's raw id.
  package let to: String
  /// On the resource's clock.
  package let rangAt: Instant
  /// On the resource's clock.
  package internal(set) var ringsUntil: Instant
  /// When it was registered: monotonic nanoseconds.
  package let registered: Int64

  package var state = RegisteredCalls.State.ringing
  /// The operation that took it.
  package var takenBy = CallOperation.redirect
  package var takenAt: Instant?
  /// How late the first redirect came after the end of the ring, in nanoseconds.
  package var lateBy: Int64?
  /// How many requests were about it.
  package var requests = 0
  /// In the order in which they were recorded.
  package private(set) var attempts: [CallAttempt] = []
  /// Attempts that are not kept, because there were too many or there was no memory.
  package private(set) var skippedAttempts = 0
  /// How its event is delivered; nil if it is not.
  package let delivery: DeliverySettings?
  /// The deliveries of its event: the first and the last ones.
  package internal(set) var deliveries: [CallDelivery] = []
  /// Its number among the resource's calls that are delivered, from 1 since the start or the last reset.
  package internal(set) var rung = 0
  /// Requests about it that came to another resource while nothing had taken it.
  package internal(set) var misdirected: Call.Misdirected?
  /// How many deliveries have begun.
  package internal(set) var deliveryCount = 0
  /// Deliveries beyond those that ``delivery`` asks for, for which memory was taken.
  package internal(set) var extraDeliveries = 0
  /// Whether the endpoint has passed the validation.
  package internal(set) var isValidated = false
  /// The number of the call that this one's redirect made.
  package internal(set) var next: UInt64 = 0
  /// Whether its redirect made no further call, because the chain has the maximum length.
  package internal(set) var endsChain = false
  /// How many calls of its chain came before it.
  package let chainLength: Int

  /// The most attempts that are kept of one call: the first half and the last.
  package static let attemptLimit = 32

  package init(
    context: String, from: String, to: String, rangAt: Instant, ringsFor time: Duration,
    correlationID: RequestUUID, registered: Int64, delivery: DeliverySettings? = nil,
    chainLength: Int = 0
  ) {
    self.delivery = delivery
    self.chainLength = chainLength
    self.context = context
    self.from = from
    self.to = to
    self.rangAt = rangAt
    ringsUntil = rangAt.advanced(by: time)
    self.correlationID = correlationID
    self.registered = registered
    ownCost =
      context.utf8.count + from.utf8.count + to.utf8.count + MemoryLayout<RegisteredCall>.stride
      + 256 + (delivery?.cost ?? 0)
  }

  private let ownCost: Int
  private var attemptCost = 0

  /// The bytes that it counts as: its texts, its attempts, its places in the tables, and the overhead of their
  /// allocation.
  package var cost: Int {
    ownCost + attemptCost + extraDeliveries * CallDelivery.largestCost
  }

  /// Adds an attempt.
  ///
  /// - Parameter isKept: false only counts it.
  package mutating func note(_ attempt: CallAttempt, isKept: Bool) {
    guard isKept else {
      skippedAttempts += 1
      return
    }
    attempts.append(attempt)
    attemptCost += attempt.cost
    guard attempts.count > Self.attemptLimit else { return }
    // The attempt that took the call is the subject of its story.
    let middle = Self.attemptLimit / 2
    let gone = attempts.remove(at: attempts[middle].executed ? middle + 1 : middle)
    attemptCost -= gone.cost
    skippedAttempts += 1
  }

  /// Completes an attempt.
  package mutating func amend(_ seq: UInt64, _ change: (inout CallAttempt) -> Void) {
    guard let place = attempts.lastIndex(where: { $0.seq == seq }) else { return }
    attemptCost -= attempts[place].cost
    change(&attempts[place])
    attemptCost += attempts[place].cost
  }

  /// The call's name in the API.
  package var id: String { "c\(number)" }

  /// When it stops ringing if nobody moves the clock: monotonic nanoseconds.
  var monotonicEnd: Int64 {
    let (end, overflow) = registered.addingReportingOverflow(
      ringsUntil.nanoseconds &- rangAt.nanoseconds)
    return overflow ? .max : end
  }

  /// Whether the app may know of it: its event is delivered by somebody else, or a delivery did not find that nobody
  /// listens.
  var mayHaveReachedApp: Bool {
    delivery == nil || deliveries.contains { !$0.foundNobody && $0.at <= ringsUntil }
  }

  /// The call as it is at a moment.
  ///
  /// - Parameters:
  ///   - failures: for a call without any request: connections to the service that failed while it rang.
  ///   - strays: for a call without any request: redirects with another context that came while it rang.
  ///   - cure: what ends the rule that decided each try.
  package func call(
    now: Instant, monotonicNow: Int64, failures: Call.Failures? = nil,
    strays: Call.Strays? = nil, cure: Call.Cure? = nil
  ) -> Call {
    Call(
      id: id, origin: .registered, incomingCallContext: context,
      correlationID: correlationID.description, from: from, to: to,
      ring: Call.Ring(rangAt: rangAt, ringsUntil: ringsUntil), takenAt: takenAt, lateBy: lateBy,
      attempts: attempts.sorted { ($0.arrived, $0.seq) < ($1.arrived, $1.seq) },
      skippedAttempts: skippedAttempts, deliveries: deliveries,
      redelivery: delivery?.redelivery, next: next == 0 ? nil : "c\(next)",
      chainLength: chainLength,
      endsChain: endsChain, failures: failures, misdirected: misdirected,
      strays: strays, cure: cure, now: now, monotonicNow: monotonicNow)
  }
}

extension CallAttempt {
  /// The bytes that it counts as.
  var cost: Int {
    MemoryLayout<CallAttempt>.stride + 16 + (fault?.message.utf8.count ?? 0)
  }
}
