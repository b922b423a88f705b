import Core
import Documents

/// The response stops before its end. A response without content (204) loses a part of its head.
package struct TruncateFault: WireFault, Hashable {
  /// Where the response stops.
  package enum Place: Sendable, Hashable {
    case bytes(Int)
    /// A part of the whole response, including its head: from 0 to 1.
    case part(Double)
  }

  package static let row = FaultRow(
    "truncate",
    parameters: [
      .init("atBytes", "bytes that are sent, a size"),
      .init("at", "part of the whole response that is sent, a percentage; default 50%"),
    ],
    sees: "The response stops in the middle, then the connection is closed (FIN).")

  package var place: Place

  package init(_ place: Place) {
    self.place = place
  }

  package init?(_ parameters: ObjectReader?) {
    parameters?.refuse("at", with: ["atBytes"], because: "both say where the response stops")
    if let bytes = parameters?["atBytes"]?.byteCount(in: 0...FaultTable.mostBytes) {
      place = .bytes(bytes)
    } else {
      let part = parameters?["at"]?.parsed(
        expected: Percentage.expectedForm, { Percentage($0) })
      place = .part(part?.fraction ?? 0.5)
    }
  }

  package var written: [DocumentNode.Member] {
    switch place {
    case .bytes(let count): [.init("atBytes", count)]
    case .part(let part): [.init("at", Percentage.text(part))]
    }
  }

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    let whole = response.bytes.count
    let count =
      switch place {
      case .bytes(let count): count
      case .part(let part): Int(part * Double(whole))
      }
    // A response that arrived whole would not be cut.
    return response.plan(first: min(count, whole - 1), then: .close)
  }
}

extension Fault {
  /// The response stops after this many bytes, then the connection is closed (FIN).
  ///
  /// - Parameter count: up to 1 MiB.
  public static func truncate(atBytes count: Int) -> Fault { Fault(TruncateFault(.bytes(count))) }

  /// The response stops at a part of the whole, then the connection is closed (FIN).
  ///
  /// - Parameter part: from 0 to 1.
  public static func truncate(at part: Double = 0.5) -> Fault { Fault(TruncateFault(.part(part))) }
}
