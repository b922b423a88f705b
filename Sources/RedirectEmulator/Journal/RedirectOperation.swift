import Documents
import HTTP1

/// One logical redirect: every request that carried the same `Repeatability-Request-ID`, in the order in which
/// they came. A request without that header is an operation of one attempt.
public struct RedirectOperation: Sendable {
  /// The request id as first sent; nil where there was none.
  public var requestID: String? { attempts.first?.requestID }
  /// At least one.
  public let attempts: [Attempt]

  /// How often the redirect was executed: 1 is what a correct client and service come to.
  public var executed: Int {
    attempts.count { $0.executed }
  }

  /// The status that the client was left with; nil where the last attempt got none.
  public var finalStatus: Int? { attempts.last?.status }

  /// The entry of the first attempt, which says what was asked.
  private let first: JournalEntry

  /// - Parameter entries: of one request id, at least one.
  init?(_ entries: [JournalEntry]) {
    // The journal's order is that of recording; attempts that overlap are ordered by when they came.
    let entries = entries.sorted { ($0.arrived, $0.seq) < ($1.arrived, $1.seq) }
    guard let first = entries.first else { return nil }
    self.first = first
    attempts = entries.map { Attempt($0, RecordedMessageReader($0.message)) }
  }

  private var reader: RecordedMessageReader { RecordedMessageReader(first.message) }

  /// The target of the first attempt; nil where its body was not read that far.
  public var target: RecordedRequest.Target? { RecordedRequest.Target(first) }

  /// The `api-version` of the first attempt.
  public var apiVersion: String? { reader.queryParameter("api-version") }

  /// `User-Agent` of the first attempt.
  public var userAgent: String? { reader.value(named: "user-agent") }

  /// `incomingCallContext` of the first attempt.
  public var incomingCallContext: String? { first.incomingCallContext }

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
    var places: [UInt64: Int] = [:]
    var groups: [(entries: [JournalEntry], isChosen: Bool)] = []
    for entry in entries {
      let key = EntryKeys.key(entry, .operations)
      if key == EntryKeys.none { continue }
      let isChosen = filter.acceptsAll || filter.accepts(entry)
      if let place = places[key] {
        groups[place].entries.append(entry)
        if isChosen { groups[place].isChosen = true }
      } else {
        places[key] = groups.count
        groups.append(([entry], isChosen))
      }
    }
    return groups.compactMap { $0.isChosen ? RedirectOperation($0.entries) : nil }
  }

  /// Appends the operation, with its attempts.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("requestId", requestID)
      writer.member("clientRequestId", attempts.first?.clientRequestID)
      writer.optional("target", target) { writer, target in
        writer.object { writer in
          writer.member("kind", target.kind)
          writer.member("id", target.id)
        }
      }
      writer.member("apiVersion", apiVersion)
      writer.member("userAgent", userAgent)
      writer.optional("context", incomingCallContext) { $0.value(contextSummary: $1) }
      writer.member("executed", executed)
      writer.member("attempts") { writer in
        writer.array { writer in
          for (index, attempt) in attempts.enumerated() {
            attempt.write(behind: index == 0 ? nil : attempts[index - 1], to: &writer)
          }
        }
      }
    }
  }
}

extension Attempt {
  /// - Parameter earlier: the attempt before it.
  fileprivate func write(behind earlier: Attempt?, to writer: inout JSONWriter) {
    let pause = earlier.flatMap { $0.end == nil ? nil : arrived &- $0.ended }
    writer.object { writer in
      writer.member("seq", seq)
      writer.member("time", instant)
      writer.member("status", status)
      writer.member("rule", rule)
      writer.member("executed", executed)
      writer.member("durationMs", milliseconds: durationNanoseconds)
      writer.member("retryAfterMs", milliseconds: retryAfterNanoseconds)
      writer.member("end", end?.rawValue)
      details.write(pause: pause, to: &writer)
    }
  }
}
