/// Those operations of a journal that somebody asks about, in the order of their first attempts. Each is made as it is
/// asked for: a journal may hold 100,000, and most questions are about few things of each.
struct ChosenOperations: RandomAccessCollection {
  private let groups: EntryGroups
  /// Of each entry that was grouped.
  private let keys: ArraySlice<OperationKey>
  /// The groups that are chosen.
  private let chosen: [Int]

  /// - Parameters:
  ///   - keys: of the journal's entries, oldest first.
  ///   - after: only requests behind this number count.
  ///   - filter: an operation is chosen when one of its attempts is accepted, and then has them all.
  ///   - numbers: the requests one of which an operation must have; nil for any.
  /// - Complexity: O(entries), some nanoseconds each, and of each entry as much as the filter reads.
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

  /// Those of at least two attempts.
  var repeated: some Sequence<RedirectOperation> {
    chosen.lazy.filter { [groups] in !groups.isSingle($0) }.map { [groups] in
      RedirectOperation(groups, $0)
    }
  }

  /// What a function reads of an operation's attempt; nil where it has several.
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

  /// What an operation's attempts have in common with others, the last recorded first.
  func forEachKey(_ position: Int, _ body: (OperationKey) -> Void) {
    groups.forEachBackwards(chosen[position]) { body(keys[keys.startIndex + $0]) }
  }
}
