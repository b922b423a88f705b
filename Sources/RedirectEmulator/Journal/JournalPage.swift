import Documents

/// A part of the journal, taken in one moment.
package struct JournalPage: Sendable {
  /// Oldest first, unless the newest were asked for.
  package var entries: [JournalEntry]
  /// What to ask for next, if more entries follow this page; nil at the journal's end. It is given as `after`, or as
  /// `before` if the newest come first.
  package var next: UInt64?
  /// Entries dropped at the journal's limits since it was last emptied.
  package var dropped: UInt64
  /// How many of the dropped ones were after the `after` of the query: the reader missed them.
  package var missed: UInt64
}

extension Journal {
  /// The page that a question asks for.
  ///
  /// - Complexity: O(entries that are looked at until the page is full), for each entry as much as its filter reads.
  ///   Under a lock, take a copy of the journal, and the page from the copy.
  package func page(_ query: JournalQuery) -> JournalPage {
    var page = JournalPage(
      entries: [], next: nil, dropped: dropped, missed: missed(after: query.after))
    let first = max(numbers.lowerBound, query.after == .max ? .max : query.after + 1)
    let end = min(numbers.upperBound, query.before)
    guard first < end else { return page }
    for offset in 0..<(end - first) {
      let seq = query.order == .oldest ? first + offset : end - 1 - offset
      guard let entry = entry(seq) else { continue }
      guard query.filter.acceptsAll || query.filter.accepts(entry) else { continue }
      guard page.entries.count < query.limit else {
        page.next = page.entries.last?.seq
        break
      }
      page.entries.append(entry)
    }
    return page
  }
}

extension JournalPage {
  /// From a whole journal, the requests that ended after another request, in the order of their ends: a request that
  /// began before it may have ended after it.
  /// - Parameter seq: the other's number. If that is not kept, the result is the entries after it.
  package func ended(after seq: UInt64) -> [JournalEntry] {
    let last = entries.first { $0.seq == seq }?.endOrder ?? 0
    return
      entries
      .filter { last == 0 ? $0.endOrder > 0 && $0.seq > seq : $0.endOrder > last }
      .sorted { $0.endOrder < $1.endOrder }
  }

  /// Appends `{"requests":[…],"next":…,"dropped":N,"missed":N}`.
  package func write(
    to writer: inout JSONWriter, resource: String, _ fields: JournalQuery.Fields = .all
  ) {
    writer.object { writer in
      writer.member("requests") { writer in
        writer.array { writer in
          for entry in entries {
            switch fields {
            case .all: RecordedRequest(entry, resource: resource).write(to: &writer)
            case .summary: RequestSummary(entry).write(to: &writer)
            }
          }
        }
      }
      writer.member("next", next)
      writer.member("dropped", dropped)
      writer.member("missed", missed)
    }
  }
}
