import Documents

/// The connection is closed without a response.
package struct EmptyFault: WireFault, Hashable {
  package static let row = FaultRow(
    "empty", sees: "The connection is closed (FIN) without a byte of a response.")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    WirePlan([.close])
  }
}

extension Fault {
  /// The connection is closed (FIN) without a byte of a response.
  public static let empty = Fault(EmptyFault())
}
