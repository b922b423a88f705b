import Documents

/// A `Content-Length` that is not the content's. A response without content (204) gets a `Content-Length` with the size
/// of the error, or of 0.
package struct WrongLengthFault: WireFault, Hashable {
  package static let row = FaultRow(
    "wrongLength",
    parameters: [
      .init(
        "by", "bytes that it says too many, or below 0 too few, -1048576 to 1048576; default 10")
    ],
    sees:
      "More or fewer bytes than `Content-Length` says, then the connection is closed (FIN).")

  package var by: Int

  package init(by: Int = 10) {
    self.by = by
  }

  package init?(_ parameters: ObjectReader?) {
    by = parameters?["by"]?.integer(in: -FaultTable.mostBytes...FaultTable.mostBytes) ?? 10
    if by == 0 {
      parameters?["by"]?.refuse("A length that is wrong by 0 is right.")
      return nil
    }
  }

  package var written: [DocumentNode.Member] { [.init("by", by)] }

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    let body = response.isBodiless ? [] : response.body
    return response.plan(
      [.send(response.head(lengths: [max(body.count + by, 0)]) + body), .close], isWhole: false)
  }
}

extension Fault {
  /// A `Content-Length` that is not the content's, then the connection is closed (FIN).
  ///
  /// - Parameter count: how many bytes it says too many, or, if negative, too few; not 0, at most 1 MiB either way.
  public static func wrongLength(by count: Int = 10) -> Fault { Fault(WrongLengthFault(by: count)) }
}
