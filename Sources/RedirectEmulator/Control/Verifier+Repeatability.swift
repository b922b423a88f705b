extension Verifier {
  /// Every attempt carries the pair. Attempts with the same request id carry the same first-sent date. Attempts with
  /// the same `x-ms-client-request-id`, which a client keeps for its retries, carry the same request id.
  func stableRepeatability() -> Judgement {
    guard !operations.isEmpty else { return .unseen("no operation was found") }
    // This compares hashes, which exist already. Text is made only for the first wrong operation.
    var operationOfClient: [UInt64: Int] = [:]
    operationOfClient.reserveCapacity(operations.count)
    for index in operations.indices {
      var isStable = true
      var other: Int?
      var firstSent: UInt64?
      operations.forEachKey(index) { key in
        if !key.hasRequestID || key.firstSent == 0
          || firstSent.map({ $0 != key.firstSent }) ?? false
        {
          isStable = false
        }
        firstSent = key.firstSent
        if key.client == 0 { return }
        let earlier = operationOfClient.updateValue(index, forKey: key.client)
        if let earlier, earlier != index { other = earlier }
      }
      if !isStable || other != nil {
        return instability(operations[index], sharesClientIDWith: other.map { operations[$0] })
      }
    }
    return .holds("every attempt kept its Repeatability-Request-ID and first-sent")
  }

  private func instability(
    _ operation: RedirectOperation, sharesClientIDWith other: RedirectOperation?
  ) -> Judgement {
    guard operation.requestID != nil else {
      return .fails(
        "\(operation.name) carried no Repeatability-Request-ID, so a retry is a new redirect",
        at: operation.subject)
    }
    let firstSent = operation.attempts.first?.repeatabilityFirstSent
    let clientIDs = Set(other?.attempts.compactMap(\.clientRequestID) ?? [])
    for attempt in operation.attempts {
      guard let sent = attempt.repeatabilityFirstSent else {
        return .fails(
          "in \(operation.name) request \(attempt.seq) carried no Repeatability-First-Sent",
          at: operation.subject)
      }
      guard sent == firstSent else {
        return .fails(
          "in \(operation.name) request \(attempt.seq) changed Repeatability-First-Sent "
            + "from '\(firstSent ?? "")' to '\(sent)'", at: operation.subject)
      }
      if let other, let clientID = attempt.clientRequestID, clientIDs.contains(clientID) {
        return .fails(
          "request \(attempt.seq) has the x-ms-client-request-id of \(other.name), "
            + "but another Repeatability-Request-ID", at: operation.subject)
      }
    }
    return .fails(
      "in \(operation.name) the repeatability fields changed between attempts",
      at: operation.subject)
  }
}
