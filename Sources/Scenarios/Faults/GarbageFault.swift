import Documents

/// Random bytes instead of the response.
package struct GarbageFault: WireFault, Hashable {
  package static let row = FaultRow(
    "garbage",
    parameters: [.init("bytes", "how many, a size from 1 to 1MiB; default 512")],
    sees:
      "Random bytes, the same for the same seed and request, then the connection is closed (FIN).")

  package var bytes: Int

  package init(bytes: Int = 512) {
    self.bytes = bytes
  }

  package init?(_ parameters: ObjectReader?) {
    self.init(bytes: parameters?["bytes"]?.byteCount(in: 1...FaultTable.mostBytes) ?? 512)
  }

  package var written: [DocumentNode.Member] { [.init("bytes", bytes)] }

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    var output: [UInt8] = []
    output.reserveCapacity(bytes)
    while output.count < bytes {
      var word = random.next()
      for _ in 0..<min(8, bytes - output.count) {
        output.append(UInt8(truncatingIfNeeded: word))
        word >>= 8
      }
    }
    return WirePlan([.send(output), .close])
  }
}

extension Fault {
  /// Random bytes instead of the response, then the connection is closed (FIN).
  ///
  /// - Parameter bytes: how many, from 1 to 1 MiB.
  public static func garbage(bytes: Int = 512) -> Fault { Fault(GarbageFault(bytes: bytes)) }
}
