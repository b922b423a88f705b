import Documents
import HTTP1

/// One logical redirect: every request that carried the same `Repeatability-Request-ID`, in the order in which
/// they came. A request without that header is an operation of one attempt.
public struct RedirectOperation: Sendable {
  /// The request id as first sent; nil where there was none.
  public let requestID: String?
  /// At least one.
  public let attempts: [Attempt]

  /// How often the redirect was executed: 1 is what a correct client and service come to.
  public var executed: Int {
    attempts.count { $0.executed }
  }

  /// The status that the client was left with; nil where the last attempt got none.
  public var finalStatus: Int? { attempts.last?.status }

  init(requestID: String?, attempts: [Attempt]) {
    self.requestID = requestID
    self.attempts = attempts
  }

  /// The pauses between an answer's end and the next attempt's first byte, in nanoseconds.
  var pauses: [Int64] {
    zip(attempts, attempts.dropFirst()).map { $1.arrived &- $0.ended }
  }
}

extension RedirectOperation {
  /// Groups entries into operations, by their first attempt.
  /// - Parameter filter: an operation is chosen when one of its attempts is accepted, and then has them all.
  package static func operations(
    of entries: [JournalEntry], filter: JournalFilter = JournalFilter()
  ) -> [RedirectOperation] {
    var indices: [String: Int] = [:]
    var groups: [(requestID: String?, attempts: [Attempt], isChosen: Bool)] = []
    for entry in entries {
      let reader = RecordedMessageReader(entry.message)
      let requestID = reader.value(of: .repeatabilityRequestID)
      let attempt = Attempt(entry, reader)
      let isChosen = filter.acceptsAll || filter.accepts(entry)
      if let key = requestID?.lowercased(), let index = indices[key] {
        groups[index].attempts.append(attempt)
        if isChosen { groups[index].isChosen = true }
      } else {
        if let key = requestID?.lowercased() { indices[key] = groups.count }
        groups.append((requestID, [attempt], isChosen))
      }
    }
    return groups.filter(\.isChosen).map { group in
      RedirectOperation(
        requestID: group.requestID,
        // The journal's order is that of recording; attempts that overlap are ordered by when they came.
        attempts: group.attempts.sorted { ($0.arrived, $0.seq) < ($1.arrived, $1.seq) })
    }
  }

  /// Appends `{"requestId","executed","attempts":[…]}`.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("requestId", requestID)
      writer.member("executed", executed)
      writer.member("attempts") { writer in
        writer.array { writer in
          for attempt in attempts { attempt.write(to: &writer) }
        }
      }
    }
  }

  /// Appends `{"operations":[…],"dropped":N}`.
  package static func write(
    _ operations: [RedirectOperation], dropped: UInt64, to writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.member("operations") { writer in
        writer.array { writer in
          for operation in operations { operation.write(to: &writer) }
        }
      }
      writer.member("dropped", dropped)
    }
  }
}

extension Attempt {
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("seq", seq)
      writer.member("time", instant)
      writer.member("status", status)
      writer.member("rule", rule)
      writer.member("executed", executed)
      writer.member("outcome", outcome.rawValue)
      writer.member("durationMs", milliseconds: durationNanoseconds)
      writer.member("retryAfterMs", milliseconds: retryAfterNanoseconds)
      writer.member("end", end?.rawValue)
    }
  }
}
