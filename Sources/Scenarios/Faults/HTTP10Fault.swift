import Documents

/// The right response in the older version, which keeps no connection.
package struct HTTP10Fault: WireFault, Hashable {
  package static let row = FaultRow(
    "http10", carriesRightAnswer: true, status: 204,
    sees: "The right response as HTTP/1.0, then the connection is closed (FIN).")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ answer: Answer, _ random: inout SeededRandom) -> WirePlan {
    answer.plan([
      .send(answer.head(minorVersion: 0) + (answer.isBodiless ? [] : answer.body)), .close,
    ])
  }
}

extension Fault {
  /// The right response as HTTP/1.0, then the connection is closed (FIN).
  public static let http10 = Fault(HTTP10Fault())
}
