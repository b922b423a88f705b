import Documents

/// A part of the operations that a journal tells of, taken in one moment.
package struct OperationPage: Sendable {
  /// In the order in which they began, unless the newest were asked for. Where only what came behind a request is asked
  /// for, an operation counts from its first attempt behind that on, and is shown with all of them.
  package var operations: [RedirectOperation] = []
  /// What to ask for next, where more operations follow this page; nil at the journal's end. It is given as `after`, or as
  /// `before` where the newest come first.
  package var next: UInt64?
  /// Entries dropped at the journal's limits since it was last emptied.
  package let dropped: UInt64

  /// The page that a question asks for.
  ///
  /// - Parameter keys: of the journal's entries, oldest first.
  /// - Complexity: O(entries), some nanoseconds each, and of each operation that is looked at as much as the filter reads.
  init(_ journal: Journal, keys: ArraySlice<UInt64>, _ query: JournalQuery) {
    dropped = journal.dropped
    let groups = EntryGroups(journal, keys: keys)
    var last: UInt64?
    for (place, start) in Self.places(groups, query) {
      let entries = groups.entries(place)
      let isChosen =
        query.filter.acceptsAll
        || entries.contains { $0.seq > query.after && query.filter.accepts($0) }
      guard isChosen, let operation = RedirectOperation(entries) else { continue }
      guard operations.count < query.limit else {
        next = last
        break
      }
      operations.append(operation)
      last = start
    }
  }

  /// The page of a journal that nobody asked about before.
  package init(_ journal: Journal, _ query: JournalQuery = JournalQuery()) {
    var keys = EntryKeys(.operations)
    self.init(journal, keys: keys.keys(of: journal), query)
  }

  /// The operations in question, in the order that was asked for, each with the number that it counts from.
  private static func places(_ groups: EntryGroups, _ query: JournalQuery) -> [(Int, UInt64)] {
    var places: [(place: Int, start: UInt64)] = []
    for place in 0..<groups.count where groups.lastSeq(place) > query.after {
      let first = groups.firstSeq(place)
      let start = first > query.after ? first : groups.firstSeq(place, after: query.after)
      if start < query.before { places.append((place, start)) }
    }
    if query.after > 0 { places.sort { $0.start < $1.start } }
    return query.order == .newest ? places.reversed() : places
  }

  /// Appends `{"operations":[…],"next":…,"dropped":N}`.
  package func write(to writer: inout JSONWriter, _ fields: JournalQuery.Fields = .all) {
    writer.object { writer in
      writer.member("operations") { writer in
        writer.omitsNull = fields == .summary
        writer.array { writer in
          for operation in operations { operation.write(to: &writer) }
        }
        writer.omitsNull = false
      }
      writer.member("next", next)
      writer.member("dropped", dropped)
    }
  }
}
