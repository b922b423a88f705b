/// The operations of a journal that a question is about, in the order of their first attempts. Each is made when it is
/// needed: a journal may hold 100,000, and most questions are about a small part of each.
struct ChosenOperations: RandomAccessCollection {
  private let groups: EntryGroups
  /// The key of each entry that was grouped.
  private let keys: ArraySlice<OperationKey>
  /// The groups that are chosen.
  private let chosen: [Int]

  /// - Parameters:
  ///   - keys: of the journal's entries, oldest first.
  ///   - after: only requests after this number count.
  ///   - filter: it chooses an operation by any of its attempts. A chosen operation has all its attempts.
  ///   - numbers: an operation must have one of these requests; nil for any.
  /// - Complexity: O(entries), some nanoseconds each, and the part of each entry that the filter reads.
  init(
    _ journal: Journal, keys: ArraySlice<OperationKey>, after: UInt64 = 0,
    filter: JournalFilter = JournalFilter(), among numbers: Set<UInt64>? = nil
  ) {
    let groups = EntryGroups(journal, keys: keys, after: after)
    self.groups = groups
    self.keys = keys.suffix(groups.entryCount)
    let acceptsAll = filter.acceptsAll
    if acceptsAll, numbers == nil {
      chosen = Array(0..<groups.count)
      return
    }
    chosen = (0..<groups.count).filter { group in
      let entries = groups.entries(group)
      return (acceptsAll || entries.contains(where: filter.accepts))
        && numbers.map { numbers in entries.contains { numbers.contains($0.seq) } } ?? true
    }
  }

  var startIndex: Int { 0 }
  var endIndex: Int { chosen.count }

  subscript(position: Int) -> RedirectOperation {
    RedirectOperation(groups, chosen[position])
  }

  /// The requests of all of them, oldest first.
  var entries: [JournalEntry] {
    chosen.flatMap(groups.entries).sorted { $0.seq < $1.seq }
  }

  /// How many attempts an operation has.
  func attemptCount(_ position: Int) -> Int { groups.size(chosen[position]) }

  /// The operations with at least two attempts.
  var repeated: some Sequence<RedirectOperation> {
    chosen.lazy.filter { [groups] in !groups.isSingle($0) }.map { [groups] in
      RedirectOperation(groups, $0)
    }
  }

  /// The result of a function that reads an operation's only attempt; nil if it has several.
  @inline(__always)
  func readOnly<Value>(_ position: Int, _ body: (borrowing JournalEntry) -> Value) -> Value? {
    let group = chosen[position]
    guard groups.isSingle(group) else { return nil }
    return groups.journal.read(groups.firstSeq(group), body)
  }

  /// How often an operation was executed.
  func executed(_ position: Int) -> Int {
    readOnly(position) { $0.executed ? 1 : 0 } ?? self[position].executed
  }

  /// The keys of an operation's attempts, the last recorded first.
  func forEachKey(_ position: Int, _ body: (OperationKey) -> Void) {
    groups.forEachBackwards(chosen[position]) { body(keys[keys.startIndex + $0]) }
  }
}
