import Documents
import HTTP1

/// The right response, but no connection for the next request.
package struct CloseAfterFault: WireFault, Hashable {
  package static let row = FaultRow(
    "closeAfter", carriesRightResponse: true, status: 204,
    sees: "The right response with `Connection: close`, then the connection is closed (FIN).")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    var response = response
    response.set(ResponseField("Connection", "close"))
    return response.plan([.send(response.bytes), .close])
  }
}

extension Fault {
  /// The right response with `Connection: close`, then the connection is closed (FIN).
  public static let closeAfter = Fault(CloseAfterFault())
}
