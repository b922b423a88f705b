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

  /// A call as it is at a moment.
  func call(_ index: Int, now: Instant, monotonicNow: Int64) -> Call {
    var entries: [JournalEntry] = []
    var place = calls[index].last
    while place != Self.noEntry {
      if let entry = journal.entry(firstNumber + UInt64(place)) { entries.append(entry) }
      place = previous[Int(place)]
    }
    let attempts = entries.compactMap { entry -> CallAttempt? in
      var attempt = CallAttempt(entry)
      // Stories ask for the ids of calls that were redirected twice alone.
      if entries.count > 1 {
        attempt?.requestID = RecordedMessageReader(entry.message).value(of: .repeatabilityRequestID)
      }
      return attempt
    }
    return Call(
      id: "r\(firstSeq(index))", origin: .seen,
      incomingCallContext: entries.lazy.compactMap(\.incomingCallContext).first,
      attempts: attempts.sorted { ($0.arrived, $0.seq) < ($1.arrived, $1.seq) }, now: now,
      monotonicNow: monotonicNow)
  }
}
