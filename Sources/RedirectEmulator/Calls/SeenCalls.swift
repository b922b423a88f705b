import Core
import HTTP1

/// The calls that a journal tells of and nobody had registered. Derived when somebody asks; nothing of them is stored.
struct SeenCalls {
  private let groups: EntryGroups

  /// - Parameter keys: of the journal's entries, oldest first.
  init(_ journal: Journal, keys: ArraySlice<UInt64>) {
    groups = EntryGroups(journal, keys: keys)
  }

  var count: Int { groups.count }

  /// The number of a call's first request.
  ///
  /// - Parameter index: of the call, in the order of the first requests.
  func firstSeq(_ index: Int) -> UInt64 { groups.firstSeq(index) }

  /// The index of the call whose first request has this number.
  func index(ofFirst seq: UInt64) -> Int? {
    let place = (0..<groups.count).first(fromWhich: { firstSeq($0) >= seq })
    return place < groups.count && firstSeq(place) == seq ? place : nil
  }

  /// When a call's first request came: monotonic nanoseconds.
  func arrived(_ index: Int) -> Int64 { groups.journal.entry(firstSeq(index))?.arrived ?? 0 }

  /// A call as it is at a moment.
  ///
  /// - Parameter isJudgedOnly: whether nothing is asked but its verdict, so that its context is not looked for.
  func call(_ index: Int, now: Instant, monotonicNow: Int64, isJudgedOnly: Bool = false) -> Call {
    let entries = groups.entries(index)
    let attempts = entries.compactMap { entry -> CallAttempt? in
      var attempt = CallAttempt(entry)
      // Stories ask for the ids of calls that were redirected twice alone.
      if entries.count > 1, !isJudgedOnly {
        attempt?.requestID = RecordedMessageReader(entry.message).value(of: .repeatabilityRequestID)
      }
      return attempt
    }
    return Call(
      id: "r\(firstSeq(index))", origin: .seen,
      incomingCallContext: isJudgedOnly
        ? nil : entries.lazy.compactMap(\.incomingCallContext).first,
      attempts: attempts.sorted { ($0.arrived, $0.seq) < ($1.arrived, $1.seq) }, now: now,
      monotonicNow: monotonicNow)
  }
}
