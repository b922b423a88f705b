import Core
import HTTP1

/// What one emulated resource remembers of repeatable requests. Contract guide, "6. Repeatability".
///
/// A value without a clock or a lock: its owner has both. Entries are in a ring in the order in which their
/// ids were first seen, and an index finds an id's place in it, so that each call costs the same however
/// many are remembered.
///
/// Bounded by `limit`: for a new id beyond it the oldest entry is dropped; ``evicted`` counts them. Entries in
/// progress are passed over and become the youngest; only when every entry is in progress does one of them
/// go, and its ticket then finishes nothing. (That case alone costs a turn of the whole ring.)
package struct RepeatabilityMemory: Sendable {
  /// Ids remembered at most.
  package let limit: Int
  /// Seconds for which a first-sent date is good, and an id therefore remembered.
  package let windowSeconds: Int64
  /// Ids that went because the memory was full, since it was made.
  package private(set) var evicted = 0
  /// Ids that went because their window was past, since the memory was made.
  package private(set) var expired = 0
  /// Repeats that got a remembered response, since the memory was made.
  package private(set) var replayed = 0

  private var ring = Ring<RepeatabilityEntry>()
  private var index = RequestIDIndex()
  /// Refusals by the run that they ended. Few responses have one, so that they need no room in every entry.
  private var refusals: [UInt32: Rejection] = [:]
  private var runs: UInt32 = 0

  /// - Parameters:
  ///   - limit: at least 1.
  ///   - window: how long a pair is good after its first-sent date; whole seconds, rounded down.
  package init(limit: Int = 100_000, window: Duration = .seconds(300)) {
    self.limit = min(max(1, limit), 1 << 30)
    windowSeconds = window.components.seconds
  }

  /// Ids remembered now.
  package var count: Int { index.count }

  /// Bytes that it takes, with its empty room.
  package var bytes: Int {
    ring.room &* MemoryLayout<RepeatabilityEntry?>.stride &+ index.bytes
      &+ refusals.count &* Self.refusalCost
  }

  /// What a refusal counts: it and its place in the table, and roughly its texts.
  private static let refusalCost = 512

  /// Drops the oldest ids for want of memory, and gives up their room. They count as ``evicted``, and those in progress
  /// are passed over, as at the limit.
  ///
  /// - Returns: how many there were to drop.
  package mutating func dropOldest(_ count: Int) -> Int {
    var dropped = 0
    while dropped < count, self.count > 0 {
      evictOldest()
      dropped += 1
    }
    index.shrink()
    ring.shrink()
    return dropped
  }

  /// Refusals kept for repeats now, at most ``count``.
  package var refusalCount: Int { refusals.count }

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
    if let old = number(of: key.requestID) {
      if ring[old].state == .inProgress || ring[old].expires >= seconds {
        return decide(old, key, fingerprint)
      }
      index.remove(key.requestID, at: place(old))
      bury(old)
      expired += 1
    }
    let number = ring.nextNumber
    index.insert(key.requestID, at: place(number))
    runs &+= 1
    ring.append(
      RepeatabilityEntry(
        requestID: key.requestID, fingerprint: fingerprint,
        expires: saturatingSum(key.firstSent.secondsSince1970, windowSeconds), run: runs,
        state: .inProgress, status: 0))
    if index.count > limit { evictOldest() }
    return .execute(
      RepeatabilityTicket(requestID: key.requestID, run: runs, isRerun: false, number: number))
  }

  /// Ends a run with its response. 2xx and 4xx are remembered for repeats; after another status a repeat runs
  /// the operation again. A ticket whose entry is gone changes nothing.
  package mutating func finish(_ ticket: RepeatabilityTicket, answer: RememberedAnswer) {
    guard let number = entry(of: ticket) else { return }
    guard answer.isReplayed else {
      ring[number].state = .failed
      return
    }
    ring[number].state = .answered
    ring[number].status = UInt16(clamping: answer.status)
    if let rejection = answer.rejection { refusals[ticket.run] = rejection }
  }

  /// Ends a run that did not take place, as if its request had never come: a new id is forgotten, and one that
  /// had failed before is as it did.
  package mutating func abandon(_ ticket: RepeatabilityTicket) {
    guard let number = entry(of: ticket) else { return }
    guard !ticket.isRerun else {
      ring[number].state = .failed
      return
    }
    index.remove(ticket.requestID, at: place(number))
    bury(number)
  }

  /// Forgets everything, as when it was made. Tickets that are out finish nothing any more: the numbers that they go
  /// by are not given again.
  package mutating func removeAll() {
    ring.removeAll()
    index = RequestIDIndex()
    refusals = [:]
    (evicted, expired, replayed) = (0, 0, 0)
  }

  private mutating func decide(
    _ number: UInt64, _ key: RepeatabilityKey, _ fingerprint: RequestFingerprint
  ) -> RepeatabilityDecision {
    guard ring[number].fingerprint == fingerprint else { return .mismatch }
    switch ring[number].state {
    case .inProgress: return .inProgress
    case .answered:
      replayed += 1
      return .replay(
        RememberedAnswer(
          status: Int(ring[number].status), rejection: refusals[ring[number].run]))
    case .failed, .dead:
      runs &+= 1
      ring[number].state = .inProgress
      ring[number].run = runs
      return .execute(
        RepeatabilityTicket(requestID: key.requestID, run: runs, isRerun: true, number: number))
    }
  }

  private func entry(of ticket: RepeatabilityTicket) -> UInt64? {
    func isIts(_ number: UInt64) -> Bool {
      ring.contains(number) && ring[number].run == ticket.run && ring[number].state == .inProgress
    }
    if isIts(ticket.number) { return ticket.number }
    // It became the youngest since.
    guard let number = number(of: ticket.requestID), isIts(number) else { return nil }
    return number
  }

  /// Entries that one request drops because their window is past. It adds one: this is soon more than there are.
  private static let dropsPerRequest = 1_000

  /// Drops the oldest entries whose window is past, not all of them where the clock has made a leap: what is left is
  /// found to be past its window when its id is asked for. One in progress stays and ends the search; behind it others
  /// wait until it ends, at most as many as the limit.
  private mutating func dropExpired(now: Int64) {
    var drops = Self.dropsPerRequest
    defer { if drops < Self.dropsPerRequest { index.shrink() } }
    while drops > 0, let oldest = ring.oldest {
      switch oldest.state {
      case .dead: break
      case .inProgress: return
      case .answered, .failed:
        guard oldest.expires < now else { return }
        expired += 1
        forgetOldest(oldest)
      }
      ring.removeOldest()
      drops -= 1
    }
  }

  /// Drops the oldest entry that is not in progress. Those in progress that it passes become the youngest, so
  /// that it does not pass them again soon.
  private mutating func evictOldest() {
    var rotations = ring.count
    while let oldest = ring.oldest {
      if oldest.state == .dead {
        ring.removeOldest()
      } else if oldest.state == .inProgress, rotations > 0 {
        rotations -= 1
        renewOldest(oldest)
      } else {
        forgetOldest(oldest)
        ring.removeOldest()
        evicted += 1
        return
      }
    }
  }

  private mutating func forgetOldest(_ entry: RepeatabilityEntry) {
    index.remove(entry.requestID, at: place(ring.firstNumber))
    if !refusals.isEmpty { refusals[entry.run] = nil }
  }

  /// Makes the oldest entry the youngest.
  private mutating func renewOldest(_ entry: RepeatabilityEntry) {
    index.move(entry.requestID, from: place(ring.firstNumber), to: place(ring.nextNumber))
    ring.removeOldest()
    ring.append(entry)
  }

  private func number(of id: RequestUUID) -> UInt64? {
    index.place(of: id) { ring[number(at: $0)].requestID == id }.map { number(at: $0) }
  }

  /// What the index keeps of a number. The ring holds far less than 2³² entries, so that this tells them apart.
  private func place(_ number: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: number) }

  private func number(at place: UInt32) -> UInt64 {
    ring.firstNumber &+ UInt64(place &- self.place(ring.firstNumber))
  }

  /// Leaves an entry, which no id points to any more, to be dropped when it is the oldest.
  private mutating func bury(_ number: UInt64) {
    if !refusals.isEmpty { refusals[ring[number].run] = nil }
    ring[number].state = .dead
    while ring.oldest?.state == .dead { ring.removeOldest() }
    if ring.count > 2 * index.count + 64 { compact() }
  }

  /// Drops all dead entries, so that the ring is never much longer than what is remembered.
  private mutating func compact() {
    for _ in 0..<ring.count {
      guard let oldest = ring.oldest else { return }
      if oldest.state == .dead { ring.removeOldest() } else { renewOldest(oldest) }
    }
  }

  private func saturatingSum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }
}

/// The right to run one operation once.
package struct RepeatabilityTicket: Sendable, Equatable {
  let requestID: RequestUUID
  /// Which run it is, counted over all of a memory's runs, so that a late ticket touches no later run. No entry is kept
  /// while four thousand million others run.
  let run: UInt32
  /// Whether the request ran before and failed, so that its id stays when this run is abandoned.
  let isRerun: Bool
  /// The entry's number when the ticket was given out: a hint that spares a search.
  let number: UInt64
}

/// One remembered id.
struct RepeatabilityEntry: Sendable {
  enum State: UInt8 {
    case inProgress
    /// Ended with a response that repeats get again.
    case answered
    /// Ended with a response after which a repeat runs again.
    case failed
    /// Forgotten, but not yet at the ring's end.
    case dead
  }

  // There are a hundred thousand of these for a resource: what follows the two fills 12 bytes.
  var requestID: RequestUUID
  var fingerprint: RequestFingerprint
  var run: UInt32
  private var expiresLow: UInt32
  private var expiresHigh: Int8
  var state: State
  /// The response's status, where there is one.
  var status: UInt16

  init(
    requestID: RequestUUID, fingerprint: RequestFingerprint, expires: Int64, run: UInt32,
    state: State, status: UInt16
  ) {
    self.requestID = requestID
    self.fingerprint = fingerprint
    self.run = run
    // No date is as far as 2³⁹ seconds from 1970: that is the year 19391.
    let within = min(max(expires, -1 << 39), 1 << 39 - 1)
    expiresLow = UInt32(truncatingIfNeeded: within)
    expiresHigh = Int8(truncatingIfNeeded: within >> 32)
    self.state = state
    self.status = status
  }

  /// The last second since 1970 in which the id is remembered.
  var expires: Int64 { Int64(expiresHigh) << 32 | Int64(expiresLow) }
}
