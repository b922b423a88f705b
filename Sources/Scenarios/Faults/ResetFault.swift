import Documents

/// The connection is aborted, at once or in the middle of the response.
package struct ResetFault: WireFault, Hashable {
  package static let row = FaultRow(
    "reset",
    parameters: [
      .init("afterBytes", "bytes of the response that are sent first, a size; default 0")
    ],
    sees: "The connection is reset (RST) after `afterBytes` bytes of the response.")

  /// If the response has fewer bytes, all of them.
  package var afterBytes: Int

  package init(afterBytes: Int = 0) {
    self.afterBytes = afterBytes
  }

  package init?(_ parameters: ObjectReader?) {
    self.init(afterBytes: parameters?["afterBytes"]?.byteCount(in: 0...FaultTable.mostBytes) ?? 0)
  }

  package var written: [DocumentNode.Member] {
    afterBytes == 0 ? [] : [.init("afterBytes", afterBytes)]
  }

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    response.plan(first: afterBytes, then: .reset)
  }
}

extension Fault {
  /// The connection is reset (RST).
  ///
  /// - Parameter bytes: how many bytes of the response are sent first, up to 1 MiB.
  public static func reset(afterBytes bytes: Int = 0) -> Fault {
    Fault(ResetFault(afterBytes: bytes))
  }
}
