import Documents

/// Two `Content-Length` lines that disagree.
package struct DuplicateLengthFault: WireFault, Hashable {
  package static let row = FaultRow(
    "duplicateLength",
    sees:
      "Two `Content-Length` lines, the second one byte more than the content, then the connection is closed (FIN)."
  )

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    let body = response.isBodiless ? [] : response.body
    return response.plan(
      [.send(response.head(lengths: [body.count, body.count + 1]) + body), .close], isWhole: false)
  }
}

extension Fault {
  /// Two `Content-Length` lines, the second one byte more than the content, then the connection is closed (FIN).
  public static let duplicateLength = Fault(DuplicateLengthFault())
}
