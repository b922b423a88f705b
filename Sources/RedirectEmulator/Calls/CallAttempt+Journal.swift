import RedirectCall

extension CallAttempt {
  /// The attempt that an entry of the journal is; nil for a request that was for no operation.
  init?(_ entry: JournalEntry) {
    guard let operation = entry.operation else { return nil }
    self.init(
      seq: entry.seq, operation: Operation(operation), status: entry.sentStatus, rule: entry.rule,
      executed: entry.executed, end: entry.end,
      fault: entry.failure.map(Fault.init), code: entry.code, instant: entry.time,
      arrived: entry.arrived,
      durationNanoseconds: entry.duration,
      retryAfterNanoseconds: entry.retryAfter < 0 ? nil : entry.retryAfter,
      isWhole: entry.isWhole, details: AttemptDetails(entry))
  }
}

extension CallAttempt.Operation {
  init(_ operation: CallOperation) {
    switch operation {
    case .redirect: self = .redirect
    case .reject: self = .reject
    case .answer: self = .answer
    }
  }
}

extension CallAttempt.Fault {
  /// The first of a request's faults; where the service's own words say little, the reason beside them.
  init(_ rejection: Rejection) {
    let error = rejection.error
    let first = error.details.first ?? error.innererror.first
    let advised = rejection.advised
    self.init(
      stage: rejection.stage.rawValue, code: error.code,
      message: advised?.reason ?? first?.message ?? error.message, advice: advised?.advice)
  }
}
