import Documents
import HTTP1

/// A response with a line in its head that is not a field line.
package struct BadHeaderFault: WireFault, Hashable {
  package static let row = FaultRow(
    "badHeader",
    sees:
      "A response whose first field line has no colon and a NUL, then the connection is closed (FIN)."
  )

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    var output: [UInt8] = []
    ResponseHead.appendStatusLine(response.status, to: &output)
    output.append(contentsOf: "this is\0no field line\r\n".utf8)
    output.append(contentsOf: response.fieldLines())
    if !response.isBodiless { output.append(contentsOf: response.body) }
    return response.plan([.send(output), .close], isWhole: false)
  }
}

extension Fault {
  /// A response with a first field line that has no colon but a NUL, then the connection is closed (FIN).
  public static let badHeader = Fault(BadHeaderFault())
}
