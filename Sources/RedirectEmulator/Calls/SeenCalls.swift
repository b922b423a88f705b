import Core
import HTTP1

/// The calls that a journal tells of and nobody had registered. Derived when somebody asks; nothing of them is stored.
struct SeenCalls {
  private let groups: EntryGroups

  /// - Parameter keys: of the journal's entries, oldest first.
  init(_ journal: Journal, keys: ArraySlice<SeenCallKey>) {
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

  /// The index of the call that the request with this number is part of.
  ///
  /// - Complexity: O(log calls), and O(requests of the call).
  func index(of seq: UInt64) -> Int? { groups.index(of: seq) }

  /// A call's first request.
  func firstEntry(_ index: Int) -> JournalEntry? { groups.firstEntry(index) }

  /// When a call's first request came: monotonic nanoseconds.
  func arrived(_ index: Int) -> Int64 { groups.journal.entry(firstSeq(index))?.arrived ?? 0 }

  /// The numbers of all requests of a call, oldest first.
  func numbers(of index: Int) -> [UInt64] { groups.numbers(index) }

  /// A call as it is at a moment.
  func call(_ index: Int, now: Instant, monotonicNow: Int64) -> Call {
    let (entries, skipped, skippedRedirects) = shown(numbers(of: index))
    var attempts = entries.compactMap(CallAttempt.init)
    // A story about several redirects says whether they had ids.
    if let executed = attempts.firstIndex(where: \.executed), entries.count > 1,
      let entry = groups.journal.entry(attempts[executed].seq)
    {
      attempts[executed].requestID = RecordedMessageReader(entry.message.withoutToken)
        .value(of: .repeatabilityRequestID)
    }
    return Call(
      id: "r\(firstSeq(index))", origin: .seen,
      incomingCallContext: entries.lazy.compactMap(\.incomingCallContext).first,
      attempts: attempts.sorted { ($0.arrived, $0.seq) < ($1.arrived, $1.seq) },
      skippedAttempts: skipped, skippedRedirects: skippedRedirects, now: now,
      monotonicNow: monotonicNow)
  }

  /// What became of a call: no more of it is made than that needs.
  func verdict(_ index: Int, now: Instant, monotonicNow: Int64) -> Call.Verdict {
    guard groups.isSingle(index) else {
      return call(index, now: now, monotonicNow: monotonicNow).verdict
    }
    let isRedirected = groups.journal.read(firstSeq(index)) { entry in
      entry.executed && entry.operation == .redirect && entry.answerIsWhole
        && (200...299).contains(entry.status)
    }
    if isRedirected ?? false { return .redirected }
    guard let entry = groups.firstEntry(index) else { return .lost }
    return Call(
      id: "", origin: .seen, incomingCallContext: nil,
      attempts: CallAttempt(entry).map { [$0] } ?? [], now: now, monotonicNow: monotonicNow
    ).verdict
  }

  /// The entries that a call shows: the first and the last, as of a registered one, and of those between them the first
  /// that were executed, by which the verdict is found. Some clients send one id with all their requests.
  private func shown(
    _ numbers: [UInt64]
  ) -> (entries: [JournalEntry], skipped: Int, skippedRedirects: Int) {
    let half = RegisteredCall.attemptLimit / 2
    guard numbers.count > 2 * half else { return (numbers.compactMap(groups.journal.entry), 0, 0) }
    var between: [JournalEntry] = []
    var skippedRedirects = 0
    for number in numbers[half..<(numbers.count - half)] {
      guard let entry = groups.journal.entry(number), entry.executed else { continue }
      if between.count < 2 {
        between.append(entry)
      } else if entry.operation == .redirect {
        skippedRedirects += 1
      }
    }
    let entries =
      numbers.prefix(half).compactMap(groups.journal.entry) + between
      + numbers.suffix(half).compactMap(groups.journal.entry)
    return (entries, numbers.count - 2 * half - between.count, skippedRedirects)
  }
}
