import Core
import Documents

/// A part of the operations in a journal, taken in one moment.
package struct OperationPage: Sendable {
  /// In the order in which they began, or newest first if that was asked for. If only attempts after a request are
  /// asked for, an operation counts from its first attempt after that request, and is shown with all its attempts.
  package var operations: [RedirectOperation] = []
  /// What to ask for next, if more operations follow this page; nil at the journal's end. It is given as `after`, or as
  /// `before` if the newest come first.
  package var next: UInt64?
  /// Entries dropped at the journal's limits since it was last emptied.
  package let dropped: UInt64

  /// The page that a question asks for.
  ///
  /// - Parameter keys: of the journal's entries, oldest first.
  /// - Complexity: O(entries), some nanoseconds each, and the part of each examined operation that the filter reads.
  init(_ journal: Journal, keys: ArraySlice<OperationKey>, _ query: JournalQuery) {
    dropped = journal.dropped
    let groups = EntryGroups(journal, keys: keys)
    var last: UInt64?
    let acceptsAll = query.filter.acceptsAll
    /// - Returns: whether there is room for more.
    func add(_ place: Int, _ start: UInt64) -> Bool {
      let isChosen =
        acceptsAll
        || groups.entries(place).contains { $0.seq > query.after && query.filter.accepts($0) }
      guard isChosen else { return true }
      guard operations.count < query.limit else {
        next = last
        return false
      }
      operations.append(RedirectOperation(groups, place))
      last = start
      return true
    }
    if query.after == 0 {
      // They are already in the order of their first attempts.
      let end = (0..<groups.count).first(fromWhich: { groups.firstSeq($0) >= query.before })
      for index in 0..<end {
        let place = query.order == .newest ? end - 1 - index : index
        guard add(place, groups.firstSeq(place)) else { break }
      }
    } else {
      for (place, start) in Self.changed(groups, query) {
        guard add(place, start) else { break }
      }
    }
  }

  /// The page of a journal, without keys kept from before.
  package init(_ journal: Journal, _ query: JournalQuery = JournalQuery()) {
    self.init(journal, keys: EntryKeys.made(of: journal), query)
  }

  /// The operations with attempts after a request, in the order that was asked for, each with the number that it counts
  /// from.
  private static func changed(_ groups: EntryGroups, _ query: JournalQuery) -> [(Int, UInt64)] {
    var places: [(place: Int, start: UInt64)] = []
    for place in 0..<groups.count where groups.lastSeq(place) > query.after {
      let start = groups.firstSeq(place, after: query.after)
      if start < query.before { places.append((place, start)) }
    }
    places.sort { query.order == .newest ? $0.start > $1.start : $0.start < $1.start }
    return places
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
