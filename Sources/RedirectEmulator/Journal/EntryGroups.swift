/// The entries of a journal in groups, by their keys: operations, or seen calls. They are derived when they are needed,
/// and not stored. It is an object, because many readers share it.
final class EntryGroups: Sendable {
  let journal: Journal
  private let firstNumber: UInt64
  /// For each entry the previous entry of the same group; none for the first one.
  private let previous: [UInt32]
  /// For each group its first and its last entry, in the order of the first entries.
  private let groups: [(first: UInt32, last: UInt32)]

  private static let noEntry = UInt32.max

  /// - Parameters:
  ///   - keys: of the journal's entries, oldest first, as ``EntryKeys`` makes them.
  ///   - after: only entries after this one are grouped.
  /// - Complexity: O(entries), some nanoseconds each.
  init<Key: EntryKey>(_ journal: Journal, keys: ArraySlice<Key>, after: UInt64 = 0) {
    self.journal = journal
    let skipped = after.subtractingReportingOverflow(journal.numbers.lowerBound &- 1)
    let keys = skipped.overflow ? keys : keys.dropFirst(Int(clamping: skipped.partialValue))
    firstNumber = journal.numbers.upperBound - UInt64(keys.count)
    var previous = Array(repeating: Self.noEntry, count: keys.count)
    var groups: [(first: UInt32, last: UInt32)] = []
    // An open-addressing table: each place has the number of a group. It is at most half full.
    var bits = 4
    while 1 << bits < keys.count * 2 { bits += 1 }
    var table = [UInt32](repeating: Self.noEntry, count: 1 << bits)
    let mask = table.count - 1
    let start = keys.startIndex
    for index in 0..<keys.count {
      let key = keys[start + index].group
      if key == 0 { continue }
      var place = Int(truncatingIfNeeded: key) & mask
      while true {
        let group = table[place]
        if group == Self.noEntry {
          table[place] = UInt32(truncatingIfNeeded: groups.count)
          groups.append((UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index)))
          break
        }
        if keys[start + Int(groups[Int(group)].first)].group == key {
          previous[index] = groups[Int(group)].last
          groups[Int(group)].last = UInt32(truncatingIfNeeded: index)
          break
        }
        place = (place + 1) & mask
      }
    }
    self.previous = previous
    self.groups = groups
  }

  var count: Int { groups.count }

  /// How many entries were grouped.
  var entryCount: Int { previous.count }

  /// A group's first entry.
  func firstEntry(_ index: Int) -> JournalEntry? { journal.entry(firstSeq(index)) }

  /// The number of a group's first request.
  ///
  /// - Parameter index: of the group, in the order of the first requests.
  func firstSeq(_ index: Int) -> UInt64 { firstNumber + UInt64(groups[index].first) }

  /// The number of a group's last request.
  func lastSeq(_ index: Int) -> UInt64 { firstNumber + UInt64(groups[index].last) }

  /// The number of a group's first request after another request, if the group's last one is after that.
  func firstSeq(_ index: Int, after seq: UInt64) -> UInt64 {
    var place = groups[index].last
    var first = place
    while place != Self.noEntry, firstNumber + UInt64(place) > seq {
      first = place
      place = previous[Int(place)]
    }
    return firstNumber + UInt64(first)
  }

  /// The index of the group that a request belongs to; nil if it belongs to none.
  ///
  /// - Complexity: O(log groups), and O(entries of the group).
  func index(of seq: UInt64) -> Int? {
    guard seq >= firstNumber, seq - firstNumber < UInt64(previous.count) else { return nil }
    var first = UInt32(truncatingIfNeeded: seq - firstNumber)
    while previous[Int(first)] != Self.noEntry { first = previous[Int(first)] }
    let place = groups.indices.first(fromWhich: { groups[$0].first >= first })
    return place < groups.count && groups[place].first == first ? place : nil
  }

  /// Whether a group has one entry only.
  func isSingle(_ index: Int) -> Bool { groups[index].first == groups[index].last }

  /// How many entries a group has.
  func size(_ index: Int) -> Int {
    var size = 0
    forEachBackwards(index) { _ in size += 1 }
    return size
  }

  /// Calls a function with the places of a group's entries among those that were grouped, newest first.
  func forEachBackwards(_ index: Int, _ body: (Int) -> Void) {
    var place = groups[index].last
    while place != Self.noEntry {
      body(Int(place))
      place = previous[Int(place)]
    }
  }

  /// A group's entries, newest first.
  func entries(_ index: Int) -> [JournalEntry] { numbersBackwards(index).compactMap(journal.entry) }

  /// The numbers of a group's requests, oldest first.
  func numbers(_ index: Int) -> [UInt64] { numbersBackwards(index).reversed() }

  private func numbersBackwards(_ index: Int) -> [UInt64] {
    var numbers: [UInt64] = []
    forEachBackwards(index) { numbers.append(firstNumber + UInt64($0)) }
    return numbers
  }
}
