import Documents

/// The connection does not read any more.
package struct StallReadFault: WireFault, Hashable {
  package static let row = FaultRow(
    "stallRead",
    sees:
      "Nothing: no response. The emulator stops reading, so the client's writes block when the window is full."
  )

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    WirePlan([.stopReading, .hold])
  }
}

extension Fault {
  /// Nothing: no response. The emulator stops reading, so the client's writes block when the window is full.
  public static let stallRead = Fault(StallReadFault())
}
