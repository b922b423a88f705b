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
