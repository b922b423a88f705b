import Documents

/// A part of the journal, taken in one moment.
package struct JournalPage: Sendable {
  /// Oldest first.
  package var entries: [JournalEntry]
  /// What to ask for next (`after`), where more entries stand behind this page; nil at the journal's end.
  package var next: UInt64?
  /// Entries dropped at the journal's limits since it was last emptied.
  package var dropped: UInt64
  /// How many of the dropped ones stood behind the `after` that was asked for: the gap that this reader has.
  package var missed: UInt64
}

extension JournalPage {
  /// The entries that a filter accepts.
  /// - Parameter limit: the most entries on the page; `next` says where to go on behind it.
  package func selecting(_ filter: JournalFilter, limit: Int = .max) -> JournalPage {
    var page = self
    page.entries = []
    for entry in entries where filter.accepts(entry) {
      guard page.entries.count < limit else {
        page.next = page.entries.last?.seq
        break
      }
      page.entries.append(entry)
    }
    return page
  }

  /// Of a whole journal the requests that ended after another one did, in the order of their ends: one that was begun
  /// before it may have ended after it.
  /// - Parameter seq: the other's number. Where that is not kept, the entries behind it.
  package func ended(after seq: UInt64) -> [JournalEntry] {
    let last = entries.first { $0.seq == seq }?.endOrder ?? 0
    return
      entries
      .filter { last == 0 ? $0.endOrder > 0 && $0.seq > seq : $0.endOrder > last }
      .sorted { $0.endOrder < $1.endOrder }
  }

  /// Appends `{"requests":[…],"next":…,"dropped":N,"missed":N}`.
  package func write(to writer: inout JSONWriter, resource: String) {
    writer.object { writer in
      writer.member("requests") { writer in
        writer.array { writer in
          for entry in entries {
            RecordedRequest(entry, resource: resource).write(to: &writer)
          }
        }
      }
      writer.member("next", next)
      writer.member("dropped", dropped)
      writer.member("missed", missed)
    }
  }
}
