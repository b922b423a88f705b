/// The entries of a journal in groups, by their keys: operations, or seen calls. Derived when somebody asks; nothing of
/// them is stored.
struct EntryGroups {
  let journal: Journal
  private let firstNumber: UInt64
  /// Of each entry the entry of the same group before it; of the first one none.
  private var previous: [UInt32] = []
  /// Of each group its first and its last entry, in the order of the first ones.
  private var groups: [(first: UInt32, last: UInt32)] = []

  private static let noEntry = UInt32.max

  /// - Parameter keys: of the journal's entries, oldest first, as ``EntryKeys`` makes them.
  /// - Complexity: O(entries), some nanoseconds each.
  init(_ journal: Journal, keys: ArraySlice<UInt64>) {
    self.journal = journal
    firstNumber = journal.numbers.lowerBound
    previous = Array(repeating: Self.noEntry, count: keys.count)
    // An open table: of each place the number of a group. It is at most half full.
    var bits = 4
    while 1 << bits < keys.count * 2 { bits += 1 }
    var table = [UInt32](repeating: Self.noEntry, count: 1 << bits)
    let mask = table.count - 1
    let start = keys.startIndex
    for (index, key) in keys.enumerated() where key != EntryKeys.none {
      var place = Int(truncatingIfNeeded: key) & mask
      while true {
        let group = table[place]
        if group == Self.noEntry {
          table[place] = UInt32(truncatingIfNeeded: groups.count)
          groups.append((UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index)))
          break
        }
        if keys[start + Int(groups[Int(group)].first)] == key {
          previous[index] = groups[Int(group)].last
          groups[Int(group)].last = UInt32(truncatingIfNeeded: index)
          break
        }
        place = (place + 1) & mask
      }
    }
  }

  var count: Int { groups.count }

  /// The number of a group's first request.
  ///
  /// - Parameter index: of the group, in the order of the first requests.
  func firstSeq(_ index: Int) -> UInt64 { firstNumber + UInt64(groups[index].first) }

  /// The number of a group's last request.
  func lastSeq(_ index: Int) -> UInt64 { firstNumber + UInt64(groups[index].last) }

  /// The number of a group's first request behind another one, where its last one is.
  func firstSeq(_ index: Int, after seq: UInt64) -> UInt64 {
    var place = groups[index].last
    var first = place
    while place != Self.noEntry, firstNumber + UInt64(place) > seq {
      first = place
      place = previous[Int(place)]
    }
    return firstNumber + UInt64(first)
  }

  /// The index of the group that a request belongs to; nil where it belongs to none.
  ///
  /// - Complexity: O(log groups), and O(entries of the group).
  func index(of seq: UInt64) -> Int? {
    guard seq >= firstNumber, seq - firstNumber < UInt64(previous.count) else { return nil }
    var first = UInt32(truncatingIfNeeded: seq - firstNumber)
    while previous[Int(first)] != Self.noEntry { first = previous[Int(first)] }
    let place = groups.indices.first(fromWhich: { groups[$0].first >= first })
    return place < groups.count && groups[place].first == first ? place : nil
  }

  /// A group's entries, newest first.
  func entries(_ index: Int) -> [JournalEntry] { numbersBackwards(index).compactMap(journal.entry) }

  /// The numbers of a group's requests, oldest first.
  func numbers(_ index: Int) -> [UInt64] { numbersBackwards(index).reversed() }

  private func numbersBackwards(_ index: Int) -> [UInt64] {
    var numbers: [UInt64] = []
    var place = groups[index].last
    while place != Self.noEntry {
      numbers.append(firstNumber + UInt64(place))
      place = previous[Int(place)]
    }
    return numbers
  }
}
