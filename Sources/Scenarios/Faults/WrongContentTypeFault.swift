import Documents
import HTTP1

/// JSON that is not declared as JSON. A response without content (204) becomes a 500.
package struct WrongContentTypeFault: WireFault, Hashable {
  package static let row = FaultRow(
    "wrongContentType", sees: "The service's JSON with `Content-Type: text/plain`.")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    var response = response.withContent()
    response.set(ResponseField("Content-Type", "text/plain"))
    return response.plan([.send(response.bytes), .keepAlive])
  }
}

extension Fault {
  /// The service's JSON with `Content-Type: text/plain`.
  public static let wrongContentType = Fault(WrongContentTypeFault())
}
