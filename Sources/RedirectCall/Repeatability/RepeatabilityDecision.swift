import HTTP1

/// What to do with a request that carries a repeatability pair. Contract guide, "6. Repeatability".
package enum RepeatabilityDecision: Sendable, Equatable {
  /// Run the operation, then hand the ticket to ``RequestIDMemory/finish(_:answer:)`` or to
  /// ``RequestIDMemory/abandon(_:)``.
  case execute(RepeatabilityTicket)
  /// Send this again, without running anything.
  case replay(RememberedAnswer)
  /// The same request is running now: 409.
  case inProgress
  /// The id was used for another request: 400.
  case mismatch

  /// The rejection for this decision, if it is one.
  package func rejection(for key: RepeatabilityKey) -> Rejection? {
    switch self {
    case .execute, .replay: nil
    case .inProgress:
      Rejection(
        stage: .repeatability, status: 409,
        error: CommunicationError(
          code: ErrorCode.repeatabilityRequestInProgress,
          message: "The request with Repeatability-Request-ID \(key.requestID) is still being "
            + "answered; repeat it later to get its response.",
          target: "Repeatability-Request-ID"),
        fields: [RepeatabilityResult.accepted.field], section: ContractSection.repeatability)
    case .mismatch:
      Rejection(
        stage: .repeatability, status: 400,
        error: CommunicationError(
          code: ErrorCode.repeatabilityRequestIDReused,
          message: "The Repeatability-Request-ID \(key.requestID) was used for another request; a "
            + "repeat must have the same body, api-version and Repeatability-First-Sent.",
          target: "Repeatability-Request-ID"),
        fields: [RepeatabilityResult.rejected.field], section: ContractSection.repeatability)
    }
  }
}

/// The response to an executed operation, kept for its repeats. Contract guide, "6. Repeatability".
package struct RememberedAnswer: Sendable, Equatable {
  /// The HTTP status. 2xx and 4xx are sent again to a repeat. After any other status the operation runs again.
  package var status: Int
  /// Why it was refused; nil for a success, which has no content.
  package var rejection: Rejection?

  package init(status: Int, rejection: Rejection? = nil) {
    self.status = status
    self.rejection = rejection
  }

  package init(_ rejection: Rejection) {
    self.init(status: rejection.status, rejection: rejection)
  }

  /// 204 No Content.
  package static let success = RememberedAnswer(status: 204)

  /// Whether a repeat gets this again.
  package var isReplayed: Bool { (200..<300).contains(status) || (400..<500).contains(status) }
}

/// What a response's `Repeatability-Result` says. OASIS Repeatable Requests 1.0; Contract guide,
/// "6. Repeatability".
package enum RepeatabilityResult: String, Sendable {
  case accepted
  case rejected

  /// The field line.
  package var field: ResponseField { ResponseField("Repeatability-Result", rawValue) }
}

/// The right to run one operation once.
package struct RepeatabilityTicket: Sendable, Equatable {
  let requestID: RequestUUID
  /// Of the memory that gave it out.
  let generation: UInt32
  /// Which logical request it is, and which run of it.
  let call: UInt32
  let run: UInt8
  /// Whether the request ran before and failed, so its id is kept when this run is abandoned.
  let isRerun: Bool
  /// The entry's number when the ticket was given out: a hint that saves a search.
  let number: UInt64
}
