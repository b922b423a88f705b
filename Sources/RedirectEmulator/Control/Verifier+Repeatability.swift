extension Verifier {
  /// Every attempt carries the pair; attempts of one request id carry one first-sent; and attempts of one
  /// `x-ms-client-request-id`, which a client keeps across its retries, carry one request id.
  func stableRepeatability() -> Judgement {
    guard !operations.isEmpty else { return .unseen("no operation was chosen") }
    var operationOfClientID: [String: Int] = [:]
    for (index, operation) in operations.enumerated() {
      guard operation.requestID != nil else {
        return .fails(
          "\(operation.name) carried no Repeatability-Request-ID, so a retry is a new redirect",
          in: operation)
      }
      let firstSent = operation.attempts.first?.repeatabilityFirstSent
      for attempt in operation.attempts {
        guard let sent = attempt.repeatabilityFirstSent else {
          return .fails(
            "in \(operation.name) request \(attempt.seq) carried no Repeatability-First-Sent",
            in: operation)
        }
        guard sent == firstSent else {
          return .fails(
            "in \(operation.name) request \(attempt.seq) changed Repeatability-First-Sent "
              + "from '\(firstSent ?? "")' to '\(sent)'", in: operation)
        }
        guard let clientID = attempt.clientRequestID else { continue }
        if let other = operationOfClientID[clientID], other != index {
          return .fails(
            "request \(attempt.seq) has the x-ms-client-request-id of \(operations[other].name), "
              + "but another Repeatability-Request-ID", in: operation)
        }
        operationOfClientID[clientID] = index
      }
    }
    return .holds("every attempt kept its Repeatability-Request-ID and first-sent")
  }
}
