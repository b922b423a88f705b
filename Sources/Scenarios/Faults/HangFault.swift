import Core
import Documents

/// No response comes.
package struct HangFault: WireFault, Hashable {
  package static let row = FaultRow(
    "hang",
    parameters: [.init("for", "how long, up to 1h; default until the client leaves")],
    sees:
      "Nothing: the connection stays open without a response. When `for` is over, it is closed (FIN)."
  )

  /// nil: until the client leaves.
  package var duration: Duration?

  package init(for duration: Duration? = nil) {
    self.duration = duration
  }

  package init?(_ parameters: ObjectReader?) {
    self.init(for: parameters?["for"]?.duration(atMost: DurationText(Delay.longest))?.duration)
  }

  package var written: [DocumentNode.Member] {
    duration.map { [.init("for", DurationText($0).exact)] } ?? []
  }

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    guard let duration else { return WirePlan([.hold]) }
    return WirePlan([.wait(duration), .close])
  }
}

extension Fault {
  /// No response: the connection stays open.
  ///
  /// - Parameter duration: until it is closed (FIN), up to an hour; nil waits until the client leaves.
  public static func hang(for duration: Duration? = nil) -> Fault {
    Fault(HangFault(for: duration))
  }
}
