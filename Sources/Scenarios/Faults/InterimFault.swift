import Documents
import HTTP1

/// Responses that are not yet the final one. RFC 9110 §15.2.
package struct InterimFault: WireFault, Hashable {
  package static let row = FaultRow(
    "interim",
    parameters: [
      .init("count", "how many, 1 to 1000; default 1"),
      .init("status", "their status, 100 to 199 but not 101; default 103"),
    ],
    carriesRightResponse: true, status: 204,
    sees: "`count` interim responses (1xx), then the right response.")

  package var count: Int
  package var status: Int

  package init(count: Int = 1, status: Int = 103) {
    self.count = count
    self.status = status
  }

  package init?(_ parameters: ObjectReader?) {
    self.init(
      count: parameters?["count"]?.integer(in: 1...1_000) ?? 1,
      status: parameters?["status"]?.integer(in: 100...199) ?? 103)
    if status == 101 {
      parameters?["status"]?.refuse("101 is not an interim response: it changes the protocol.")
      return nil
    }
  }

  package var written: [DocumentNode.Member] {
    [.init("count", count), .init("status", status)]
  }

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    var output: [UInt8] = []
    for _ in 0..<count {
      ResponseHead.appendStatusLine(status, to: &output)
      output.appendLineEnd()
    }
    return response.plan([.send(output), .send(response.bytes), .keepAlive])
  }
}

extension Fault {
  /// Interim responses (1xx), then the right response.
  ///
  /// - Parameters:
  ///   - count: how many, from 1 to 1000.
  ///   - status: from 100 to 199, but not 101.
  public static func interim(count: Int = 1, status: Int = 103) -> Fault {
    Fault(InterimFault(count: count, status: status))
  }
}
