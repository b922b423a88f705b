import Core
import Documents
import RedirectCall

/// The outcome of a request. Every request has one of these, so their counts add up to all requests. The words are the
/// same in the last line, in `/metrics`, in `R` and in the journal.
public enum RequestOutcome: String, Sendable, CaseIterable {
  /// The redirect took place, whether or not its response arrived.
  case executed
  /// The response of an earlier try was sent again.
  case repeated
  /// A check refused it.
  case rejected
  /// A rule's response or fault replaced the operation, or its delay before the execution was not over when the request
  /// ended.
  case ruled
  /// It could not be read as HTTP, and was refused.
  case unread

  /// Its place in the order of the cases, from 0.
  var index: Int {
    switch self {
    case .executed: 0
    case .repeated: 1
    case .rejected: 2
    case .ruled: 3
    case .unread: 4
    }
  }

  /// - Parameters:
  ///   - isRuled: whether a rule's response or fault replaced the operation.
  ///   - stage: the check that refused the request; nil if none did.
  init(executed: Bool, isRuled: Bool, stage: Rejection.Stage?) {
    if executed {
      self = .executed
    } else if let stage {
      self = stage == .http ? .unread : .rejected
    } else {
      self = isRuled ? .ruled : .repeated
    }
  }
}

/// The requests that have ended, by outcome, and the faults that rules caused.
package struct RequestTotals: Sendable, Equatable {
  private var outcomes = InlineArray<5, UInt64>(repeating: 0)
  /// Faults: each kind of fault of one request counts, also delays and responses.
  package internal(set) var faults: UInt64 = 0

  package init() {}

  /// All requests.
  package var requests: UInt64 {
    RequestOutcome.allCases.reduce(0) { $0 &+ self[$1] }
  }

  /// Redirects that took place.
  package var executed: UInt64 { self[.executed] }

  package static func == (left: RequestTotals, right: RequestTotals) -> Bool {
    left.faults == right.faults && RequestOutcome.allCases.allSatisfy { left[$0] == right[$0] }
  }

  package subscript(outcome: RequestOutcome) -> UInt64 {
    get { outcomes[outcome.index] }
    set { outcomes[outcome.index] = newValue }
  }

  /// Counts a request that has ended.
  mutating func count(_ outcome: RequestOutcome) {
    outcomes[outcome.index] &+= 1
  }

  /// Counts the faults of one decision.
  mutating func countFaults(_ count: Int) {
    faults &+= UInt64(clamping: count)
  }

  /// Appends `{"requests","executed","repeated","rejected","ruled","unread","faults"}`.
  package func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("requests", requests)
      for outcome in RequestOutcome.allCases { writer.member(outcome.rawValue, self[outcome]) }
      writer.member("faults", faults)
    }
  }
}

extension RequestTotals: CustomStringConvertible {
  /// `2 requests: 1 executed, 0 repeated, 1 rejected, 0 ruled, 0 unread, 0 faults fired`.
  package var description: String {
    let parts = RequestOutcome.allCases.map { "\(self[$0]) \($0.rawValue)" }
    return "\(CountText(requests, "request")): "
      + parts.joined(separator: ", ") + ", \(faults) faults fired"
  }
}
