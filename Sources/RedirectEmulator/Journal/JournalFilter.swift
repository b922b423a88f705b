import Core
import HTTP1
import RedirectCall
import Scenarios

/// A choice of requests. Every part that is set must hold.
package struct JournalFilter: Sendable, Equatable {
  /// A choice of statuses.
  package enum Status: Sendable, Equatable {
    case within(ClosedRange<Int>)
    /// No status was sent.
    case unsent
  }

  package var status: Status?
  /// The check that refused the request.
  package var stage: Rejection.Stage?
  /// The rule's whole name.
  package var rule: String?
  /// `Repeatability-Request-ID`, compared without case.
  package var requestID: String?
  /// `x-ms-client-request-id`, as sent.
  package var clientRequestID: String?
  /// The target's kind or its id; `*` and `?` stand for any characters and for any one.
  package var target: TextPattern?
  /// The request's whole `incomingCallContext`.
  package var context: String?

  package init(
    status: Status? = nil, stage: Rejection.Stage? = nil, rule: String? = nil,
    requestID: String? = nil, target: TextPattern? = nil, context: String? = nil
  ) {
    self.status = status
    self.stage = stage
    self.rule = rule
    self.requestID = requestID
    self.target = target
    self.context = context
  }

  /// Whether every request is accepted.
  package var acceptsAll: Bool { self == JournalFilter() }

  package func accepts(_ entry: JournalEntry) -> Bool {
    switch status {
    case nil: break
    case .within(let statuses): guard statuses.contains(Int(entry.status)) else { return false }
    case .unsent: guard entry.status == 0 else { return false }
    }
    if let stage, entry.failure?.stage != stage { return false }
    if let rule, entry.rule != rule { return false }
    if let target {
      guard let kind = entry.targetKind,
        target.matches(kind.rawValue) || target.matches(entry.targetIDText)
      else { return false }
    }
    if requestID != nil || clientRequestID != nil {
      let reader = RecordedMessageReader(entry.message.withoutToken)
      if let requestID {
        guard let sent = reader.value(of: .repeatabilityRequestID),
          sent.equalsIgnoringCase(requestID)
        else { return false }
      }
      if let clientRequestID, reader.value(of: .xMSClientRequestID) != clientRequestID {
        return false
      }
    }
    if let context, entry.incomingCallContext != context { return false }
    return true
  }
}
