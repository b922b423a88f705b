import Core
import Documents

/// The form of a resource in a list: its counts, and nothing secret.
struct ResourceSummary {
  let name: String
  /// Its calls, registered and seen.
  let calls: Int
  /// The calls with an outcome that a test must not pass with.
  let problems: Int
  /// When the last kept request came; nil if there is none.
  let last: Instant?
  /// Requests that its journal dropped.
  let dropped: UInt64

  /// - Complexity: O(entries of the journal), some tenths of a microsecond each.
  init(_ resource: ResourceCore) {
    name = resource.name
    let list = CallList(of: resource)
    var calls = 0
    var problems = 0
    list.forEachVerdict { verdict in
      calls += 1
      if verdict.isProblem { problems += 1 }
    }
    (self.calls, self.problems) = (calls, problems)
    let journal = list.journal
    last = journal.count == 0 ? nil : journal.entry(journal.lastSeq)?.time
    dropped = journal.dropped
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", name)
      writer.member("calls", calls)
      writer.member("problems", problems)
      writer.member("last", last)
      writer.member("dropped", dropped)
    }
  }
}

extension Call.Verdict {
  /// Whether something went wrong for the caller, or the app does not know how it went.
  var isProblem: Bool {
    switch self {
    case .redirectedTwice, .redirectedUnknown, .refused, .lost: true
    case .answered, .rejected, .redirected, .ringing, .waiting: false
    }
  }
}
