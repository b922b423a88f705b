import Core
import HTTP1

/// The calls that a journal tells of and nobody had registered. Derived when somebody asks; nothing of them is stored.
struct SeenCalls {
  /// Groups, by their first request: the numbers of the first and of all in a chain.
  private let journal: Journal
  private let firstNumber: UInt64
  /// Of each entry the entry of the same call before it; of the first one none.
  private var previous: [UInt32] = []
  /// Of each call its first and its last entry, in the order of the first ones.
  private var calls: [(first: UInt32, last: UInt32)] = []

  private static let noEntry = UInt32.max

  /// - Parameter keys: of the journal's entries, oldest first.
  init(_ journal: Journal, keys: ArraySlice<UInt64>) {
    self.journal = journal
    firstNumber = journal.numbers.lowerBound
    previous = Array(repeating: Self.noEntry, count: keys.count)
    // An open table: of each place the number of a call. It is at most half full.
    var bits = 4
    while 1 << bits < keys.count * 2 { bits += 1 }
    var table = [UInt32](repeating: Self.noEntry, count: 1 << bits)
    let mask = table.count - 1
    let start = keys.startIndex
    for (index, key) in keys.enumerated() where key != CallKeys.none {
      var place = Int(truncatingIfNeeded: key) & mask
      while true {
        let call = table[place]
        if call == Self.noEntry {
          table[place] = UInt32(truncatingIfNeeded: calls.count)
          calls.append((UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index)))
          break
        }
        if keys[start + Int(calls[Int(call)].first)] == key {
          previous[index] = calls[Int(call)].last
          calls[Int(call)].last = UInt32(truncatingIfNeeded: index)
          break
        }
        place = (place + 1) & mask
      }
    }
  }

  var count: Int { calls.count }

  /// The number of a call's first request.
  ///
  /// - Parameter index: of the call, in the order of the first requests.
  func firstSeq(_ index: Int) -> UInt64 { firstNumber + UInt64(calls[index].first) }

  /// The index of the call whose first request has this number.
  func index(ofFirst seq: UInt64) -> Int? {
    let place = (0..<calls.count).first(fromWhich: { firstSeq($0) >= seq })
    return place < calls.count && firstSeq(place) == seq ? place : nil
  }

  /// When a call's first request came: monotonic nanoseconds.
  func arrived(_ index: Int) -> Int64 { journal.entry(firstSeq(index))?.arrived ?? 0 }

  /// The numbers of all requests of a call, oldest first.
  func numbers(of index: Int) -> [UInt64] {
    var numbers: [UInt64] = []
    var place = calls[index].last
    while place != Self.noEntry {
      numbers.append(firstNumber + UInt64(place))
      place = previous[Int(place)]
    }
    return numbers.reversed()
  }

  /// A call as it is at a moment.
  func call(_ index: Int, now: Instant, monotonicNow: Int64) -> Call {
    let (entries, skipped, skippedRedirects) = shown(numbers(of: index))
    var attempts = entries.compactMap(CallAttempt.init)
    // A story about several redirects says whether they had ids.
    if let executed = attempts.firstIndex(where: \.executed), entries.count > 1,
      let entry = journal.entry(attempts[executed].seq)
    {
      attempts[executed].requestID = RecordedMessageReader(entry.message)
        .value(of: .repeatabilityRequestID)
    }
    return Call(
      id: "r\(firstSeq(index))", origin: .seen,
      incomingCallContext: entries.lazy.compactMap(\.incomingCallContext).first,
      attempts: attempts.sorted { ($0.arrived, $0.seq) < ($1.arrived, $1.seq) },
      skippedAttempts: skipped, skippedRedirects: skippedRedirects, now: now,
      monotonicNow: monotonicNow)
  }

  /// The entries that a call shows: the first and the last, as of a registered one, and of those between them the first
  /// that were executed, by which the verdict is found. Some clients send one id with all their requests.
  private func shown(
    _ numbers: [UInt64]
  ) -> (entries: [JournalEntry], skipped: Int, skippedRedirects: Int) {
    let half = RegisteredCall.attemptLimit / 2
    guard numbers.count > 2 * half else { return (numbers.compactMap(journal.entry), 0, 0) }
    var between: [JournalEntry] = []
    var skippedRedirects = 0
    for number in numbers[half..<(numbers.count - half)] {
      guard let entry = journal.entry(number), entry.executed else { continue }
      if between.count < 2 {
        between.append(entry)
      } else if entry.operation == .redirect {
        skippedRedirects += 1
      }
    }
    let entries =
      numbers.prefix(half).compactMap(journal.entry) + between
      + numbers.suffix(half).compactMap(journal.entry)
    return (entries, numbers.count - 2 * half - between.count, skippedRedirects)
  }
}
