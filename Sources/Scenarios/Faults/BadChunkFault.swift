import Documents
import HTTP1

/// A chunked response with a second chunk that has no size. A response without content (204) says that it is chunked,
/// and has the broken chunk after its head all the same.
package struct BadChunkFault: WireFault, Hashable {
  package static let row = FaultRow(
    "badChunk",
    sees:
      "A chunked response whose second chunk size is not a number, then the connection is closed (FIN)."
  )

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    var output = response.head(lengths: [], extra: [ResponseField("Transfer-Encoding", "chunked")])
    let head = output.count
    let first = response.body.prefix(response.body.count / 2)
    if !first.isEmpty {
      output.append(contentsOf: "\(String(first.count, radix: 16))\r\n".utf8)
      output.append(contentsOf: first)
      output.appendLineEnd()
    }
    output.append(contentsOf: "xyz\r\n".utf8)
    output.append(contentsOf: response.body.dropFirst(first.count))
    output.append(contentsOf: "\r\n0\r\n\r\n".utf8)
    return response.plan([.send(output), .close], content: output.count - head, isWhole: false)
  }
}

extension Fault {
  /// A chunked response with a second chunk size that is not a number, then the connection is closed (FIN).
  public static let badChunk = Fault(BadChunkFault())
}
