import Core
import Documents

/// No answer comes.
package struct HangFault: WireFault, Hashable {
  package static let row = FaultRow(
    "hang",
    parameters: [.init("for", "how long, up to 1h; default until the client leaves")],
    sees:
      "Nothing: the connection stays open without an answer, and where `for` is over it is closed (FIN)."
  )

  /// nil for until the client leaves.
  package var duration: DurationText?

  package init(for duration: DurationText? = nil) {
    self.duration = duration
  }

  package init?(_ parameters: ObjectReader?) {
    self.init(for: parameters?["for"]?.duration(atMost: Delay.longest))
  }

  package func plan(_ answer: Answer, _ random: inout SeededRandom) -> WirePlan {
    guard let duration else { return WirePlan([.hold]) }
    return WirePlan([.wait(duration.duration), .close])
  }
}
