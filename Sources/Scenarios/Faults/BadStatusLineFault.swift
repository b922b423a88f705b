import Documents

/// A response with a first line that is not a status line.
package struct BadStatusLineFault: WireFault, Hashable {
  package static let row = FaultRow(
    "badStatusLine",
    sees:
      "A response whose status is not a number (`HTTP/1.1 2oh4 …`), then the connection is closed (FIN)."
  )

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    let line = Array("HTTP/1.1 2oh4 Not A Status\r\n".utf8)
    return WirePlan([
      .send(line + response.fieldLines() + (response.isBodiless ? [] : response.body)), .close,
    ])
  }
}

extension Fault {
  /// A response with a status that is not a number (`HTTP/1.1 2oh4 …`), then the connection is closed (FIN).
  public static let badStatusLine = Fault(BadStatusLineFault())
}
