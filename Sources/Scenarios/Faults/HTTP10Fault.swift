import Documents

/// The right response in the older version, which keeps no connection.
package struct HTTP10Fault: WireFault, Hashable {
  package static let row = FaultRow(
    "http10", carriesRightResponse: true, status: 204,
    sees: "The right response as HTTP/1.0, then the connection is closed (FIN).")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    response.plan([
      .send(response.head(minorVersion: 0) + (response.isBodiless ? [] : response.body)), .close,
    ])
  }
}

extension Fault {
  /// The right response as HTTP/1.0, then the connection is closed (FIN).
  public static let http10 = Fault(HTTP10Fault())
}
