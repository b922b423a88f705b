import Core
import HTTP1

/// What one emulated resource remembers of request ids: how often each was tried, and the response to each repeatable
/// request. Contract guide, "6. Repeatability".
///
/// A value without a clock or a lock: its owner has both. Entries are in a ring in the order in which their ids were
/// first seen, and an index finds an id's place in it, so each call costs the same, no matter how many are remembered.
///
/// At most `limit` ids: a new id beyond that drops the oldest entry. An entry in progress is skipped and becomes the
/// youngest. If every entry is in progress, one of them is dropped, and its ticket then changes nothing. (Only this
/// case costs a pass over the whole ring.)
package struct RequestIDMemory: Sendable {
  /// The numbers of a try: of the try in its logical request, and of that request at the resource, both from 1.
  package struct Ordinals: Sendable, Equatable {
    package var attempt: UInt32
    package var call: UInt32

    package init(attempt: UInt32, call: UInt32) {
      self.attempt = attempt
      self.call = call
    }
  }

  /// The most ids.
  package let limit: Int
  /// Seconds for which a first-sent date is accepted, and for which a response is therefore remembered.
  package let windowSeconds: Int64
  /// Repeatable requests with a remembered response, and those in progress.
  package private(set) var count = 0
  /// Responses that were dropped because the memory was full, since it was made.
  package private(set) var evicted = 0
  /// Responses that were dropped because their window had ended, since the memory was made.
  package private(set) var expired = 0
  /// Repeats that got a remembered response, since the memory was made.
  package private(set) var replayed = 0
  /// Logical requests counted, since the memory was made.
  package private(set) var calls: UInt32 = 0

  private var ring = Ring<RequestIDEntry>()
  private var index = RequestIDIndex()
  /// No entry before this one has a response that may expire.
  private var firstInWindow: UInt64 = 0
  /// Refusals by the logical request that they ended. Few responses have one, so not every entry has room for it.
  private var refusals: [UInt32: Rejection] = [:]
  /// How often everything was forgotten. Tickets from before that are void.
  private var generation: UInt32 = 0

  /// - Parameters:
  ///   - limit: at least 1.
  ///   - window: how long a pair is accepted after its first-sent date; whole seconds, rounded down.
  package init(limit: Int = 100_000, window: Duration = .seconds(300)) {
    self.limit = min(max(1, limit), 1 << 30)
    windowSeconds = window.components.seconds
  }

  /// Ids that it has, also those that were only counted.
  package var ids: Int { ring.count }

  /// Bytes that it takes, with its unused room.
  package var bytes: Int {
    ring.room &* MemoryLayout<RequestIDEntry?>.stride &+ index.bytes
      &+ refusals.count &* Self.refusalCost
  }

  /// The bytes that a refusal counts as: the refusal, its place in the table, and roughly its texts.
  private static let refusalCost = 512

  /// Refusals kept for repeats now, at most ``count``.
  package var refusalCount: Int { refusals.count }

  // MARK: Tries

  /// Counts a try.
  ///
  /// - Parameter id: nil for a request without an id, which is always the first try of a new logical request.
  package mutating func count(_ id: RequestUUID?) -> Ordinals {
    guard let id else { return nextCall() }
    if let number = number(of: id) {
      return Ordinals(attempt: ring[number].countAttempt(), call: ring[number].call)
    }
    let ordinals = nextCall()
    add(id, call: ordinals.call)
    return ordinals
  }

  private mutating func nextCall() -> Ordinals {
    calls &+= 1
    return Ordinals(attempt: 1, call: calls)
  }

  @discardableResult
  private mutating func add(_ id: RequestUUID, call: UInt32) -> UInt64 {
    if ring.count >= limit { evictOldest() }
    let number = ring.nextNumber
    index.insert(id, at: place(number))
    ring.append(RequestIDEntry(requestID: id, call: call))
    return number
  }

  // MARK: Repeats

  /// Decides what to do with a request. Amortised constant time.
  ///
  /// - Parameters:
  ///   - key: its pair, checked by ``RepeatabilityHeaders``.
  ///   - fingerprint: of the request, always by the same fingerprinter.
  ///   - now: the resource's time.
  package mutating func begin(
    _ key: RepeatabilityKey, fingerprint: RequestFingerprint, now: Instant
  ) -> RepeatabilityDecision {
    let seconds = now.seconds
    dropExpired(now: seconds)
    let number = number(of: key.requestID) ?? add(key.requestID, call: nextCall().call)
    var entry = ring[number]
    if entry.state.hasResponse, entry.expires < seconds {
      expire(number)
      entry.state = .counted
    }
    switch entry.state {
    case .counted:
      count += 1
      entry.fingerprint = fingerprint
      entry.expires = saturatingSum(key.firstSent.secondsSince1970, windowSeconds)
      firstInWindow = min(firstInWindow, number)
      return .execute(start(&entry, at: number, isRerun: false))
    case _ where entry.fingerprint != fingerprint: return .mismatch
    case .inProgress: return .inProgress
    case .answered:
      replayed += 1
      return .replay(
        RememberedAnswer(status: Int(entry.status), rejection: refusals[entry.call]))
    case .failed: return .execute(start(&entry, at: number, isRerun: true))
    }
  }

  private mutating func start(_ entry: inout RequestIDEntry, at number: UInt64, isRerun: Bool)
    -> RepeatabilityTicket
  {
    entry.state = .inProgress
    entry.run &+= 1
    ring[number] = entry
    return RepeatabilityTicket(
      requestID: entry.requestID, generation: generation, call: entry.call, run: entry.run,
      isRerun: isRerun, number: number)
  }

  /// Ends a run with its response. 2xx and 4xx are remembered for repeats; after another status a repeat runs
  /// the operation again. If the ticket's entry was dropped, nothing changes.
  package mutating func finish(_ ticket: RepeatabilityTicket, answer: RememberedAnswer) {
    guard let number = entry(of: ticket) else { return }
    var entry = ring[number]
    entry.state = answer.isReplayed ? .answered : .failed
    entry.status = UInt16(clamping: answer.status)
    ring[number] = entry
    if answer.isReplayed, let rejection = answer.rejection { refusals[ticket.call] = rejection }
  }

  /// Ends a run that did not take place, as if its request had only been counted. If the request had failed before,
  /// that is remembered again.
  package mutating func abandon(_ ticket: RepeatabilityTicket) {
    guard let number = entry(of: ticket) else { return }
    ring[number].state = ticket.isRerun ? .failed : .counted
    if !ticket.isRerun { count -= 1 }
  }

  private func entry(of ticket: RepeatabilityTicket) -> UInt64? {
    func isIts(_ number: UInt64) -> Bool {
      ring.contains(number) && ring[number].call == ticket.call && ring[number].run == ticket.run
        && ring[number].state == .inProgress
    }
    if ticket.generation != generation { return nil }
    if isIts(ticket.number) { return ticket.number }
    // The entry may have become the youngest meanwhile.
    guard let number = number(of: ticket.requestID), isIts(number) else { return nil }
    return number
  }

  // MARK: Dropping

  /// Forgets everything, as when it was new. Tickets that were given out change nothing after that.
  package mutating func removeAll() {
    ring.removeAll()
    index = RequestIDIndex()
    refusals = [:]
    firstInWindow = ring.firstNumber
    generation &+= 1
    (count, evicted, expired, replayed, calls) = (0, 0, 0, 0, 0)
  }

  /// Drops the oldest ids if memory is short, and frees their room. Those in progress are skipped, as at the limit.
  ///
  /// - Returns: how many it dropped: fewer than `wanted` only if the others are in progress.
  package mutating func dropOldest(_ wanted: Int) -> Int {
    var dropped = 0
    var inProgress = 0
    while dropped < wanted, inProgress < ring.count, let oldest = ring.oldest {
      if oldest.state == .inProgress {
        inProgress += 1
        renewOldest(oldest)
      } else {
        dropOldest(oldest)
        dropped += 1
      }
    }
    shrink()
    return dropped
  }

  /// Drops the oldest ids, up to the first one with a response that must still be remembered, and frees their room: for
  /// a resource that is no longer busy.
  ///
  /// - Returns: how many it dropped.
  package mutating func dropForgotten(now: Instant) -> Int {
    let before = ring.count
    while let oldest = ring.oldest, oldest.state != .inProgress,
      oldest.state == .counted || oldest.expires < now.seconds
    {
      if oldest.state != .counted { expire(ring.firstNumber) }
      dropOldest(oldest)
    }
    shrink()
    return before - ring.count
  }

  private mutating func shrink() {
    index.shrink()
    ring.shrink()
  }

  /// The most entries that one request examines because their window may have ended. A request adds only one entry, so
  /// this soon catches up.
  private static let looksPerRequest = 1_000

  /// Forgets the oldest responses that are past their window. If the clock has jumped, it does not forget all of them
  /// at once: the others are found to be expired when their ids are looked up. An entry in progress stays and ends the
  /// search. The entries after it wait until it ends; they are at most as many as the limit.
  private mutating func dropExpired(now: Int64) {
    var looks = Self.looksPerRequest
    while looks > 0, ring.contains(firstInWindow) {
      switch ring[firstInWindow].state {
      case .counted: break
      case .inProgress: return
      case .answered, .failed:
        guard ring[firstInWindow].expires < now else { return }
        expire(firstInWindow)
      }
      firstInWindow += 1
      looks -= 1
    }
  }

  /// Forgets a response, but not how often its id was tried.
  private mutating func expire(_ number: UInt64) {
    forgetRefusal(ring[number].call)
    ring[number].state = .counted
    count -= 1
    expired += 1
  }

  /// Drops the oldest entry that is not in progress. Those in progress that it passes become the youngest, so
  /// that it does not pass them again soon.
  private mutating func evictOldest() {
    var rotations = ring.count
    while let oldest = ring.oldest {
      if oldest.state == .inProgress, rotations > 0 {
        rotations -= 1
        renewOldest(oldest)
      } else {
        return dropOldest(oldest)
      }
    }
  }

  /// - Parameter oldest: the ring's oldest entry. It may have been forgotten since it was read.
  private mutating func dropOldest(_ oldest: RequestIDEntry) {
    index.remove(oldest.requestID, at: place(ring.firstNumber))
    if ring[ring.firstNumber].state != .counted {
      forgetRefusal(oldest.call)
      count -= 1
      evicted += 1
    }
    removeOldest()
  }

  /// Makes the oldest entry the youngest.
  private mutating func renewOldest(_ entry: RequestIDEntry) {
    index.move(entry.requestID, from: place(ring.firstNumber), to: place(ring.nextNumber))
    removeOldest()
    ring.append(entry)
  }

  private mutating func removeOldest() {
    ring.removeOldest()
    firstInWindow = max(firstInWindow, ring.firstNumber)
  }

  private mutating func forgetRefusal(_ call: UInt32) {
    if !refusals.isEmpty { refusals[call] = nil }
  }

  // MARK: Places

  private func number(of id: RequestUUID) -> UInt64? {
    index.place(of: id) { ring[number(at: $0)].requestID == id }.map { number(at: $0) }
  }

  /// The part of a number that the index keeps. The ring holds far fewer than 2³² entries, so this part is unique.
  private func place(_ number: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: number) }

  private func number(at place: UInt32) -> UInt64 {
    ring.firstNumber &+ UInt64(place &- self.place(ring.firstNumber))
  }

  private func saturatingSum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}
