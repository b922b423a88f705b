import Documents

/// The connection is closed without an answer.
package struct EmptyFault: WireFault, Hashable {
  package static let row = FaultRow(
    "empty", sees: "The connection is closed (FIN) without a byte of an answer.")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ answer: Answer, _ random: inout SeededRandom) -> WirePlan {
    WirePlan([.close])
  }
}

extension Fault {
  /// The connection is closed (FIN) without a byte of an answer.
  public static let empty = Fault(EmptyFault())
}
