import Documents
import HTTP1

/// The right response, and no connection for the next request.
package struct CloseAfterFault: WireFault, Hashable {
  package static let row = FaultRow(
    "closeAfter", carriesRightAnswer: true, status: 204,
    sees: "The right response with `Connection: close`, then the connection is closed (FIN).")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ answer: Answer, _ random: inout SeededRandom) -> WirePlan {
    var answer = answer
    answer.set(ResponseField("Connection", "close"))
    return answer.plan([.send(answer.bytes), .close])
  }
}

extension Fault {
  /// The right response with `Connection: close`, then the connection is closed (FIN).
  public static let closeAfter = Fault(CloseAfterFault())
}
