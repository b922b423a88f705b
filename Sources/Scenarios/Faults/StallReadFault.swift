import Documents

/// The connection reads no more.
package struct StallReadFault: WireFault, Hashable {
  package static let row = FaultRow(
    "stallRead",
    sees:
      "Nothing: no response, and what the client continues sending is not read, until the window is full and its writes block."
  )

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    WirePlan([.stopReading, .hold])
  }
}

extension Fault {
  /// Nothing: no response, and what the client continues sending is not read, until the window is full and its writes block.
  public static let stallRead = Fault(StallReadFault())
}
