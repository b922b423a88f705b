import Documents
import HTTP1

/// Content that is said to be compressed, but is not. A response without content (204) becomes a 500.
package struct BadGzipFault: WireFault, Hashable {
  package static let row = FaultRow(
    "badGzip", sees: "The service's JSON, uncompressed, with `Content-Encoding: gzip`.")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    var response = response.withContent()
    response.set(ResponseField("Content-Encoding", "gzip"))
    return response.plan([.send(response.bytes), .keepAlive])
  }
}

extension Fault {
  /// The service's JSON, uncompressed, with `Content-Encoding: gzip`.
  public static let badGzip = Fault(BadGzipFault())
}
