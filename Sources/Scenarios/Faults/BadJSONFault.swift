import Documents

/// JSON that ends too soon, in a response that is whole. A response without content (204) becomes a 500.
package struct BadJSONFault: WireFault, Hashable {
  package static let row = FaultRow(
    "badJSON", sees: "A response whose JSON is cut in half, with the right `Content-Length`.")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    var response = response.withContent()
    response.body = Array(response.body.prefix(response.body.count / 2))
    return response.plan([.send(response.bytes), .keepAlive])
  }
}

extension Fault {
  /// A response with JSON that is cut in half, and the right `Content-Length`.
  public static let badJSON = Fault(BadJSONFault())
}
