import Documents
import HTTP1

/// A 204 with content after it. A response with another status is sent as it is.
package struct BodyOn204Fault: WireFault, Hashable {
  package static let row = FaultRow(
    "bodyOn204", carriesRightResponse: true, status: 204,
    sees:
      "A 204 with `Content-Length` and content, on a connection that stays open: what a client leaves unread comes before its next response."
  )

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    guard response.status == 204 else { return response.plan([.send(response.bytes), .keepAlive]) }
    let body = Array(#"{"redirected":true}"#.utf8)
    let head = response.head(
      lengths: [body.count], extra: [ResponseField("Content-Type", "application/json")])
    return response.plan([.send(head + body), .keepAlive], content: body.count)
  }
}

extension Fault {
  /// A 204 with `Content-Length` and content, on a connection that stays open: content that a client does not read
  /// comes before its next response.
  public static let bodyOn204 = Fault(BodyOn204Fault())
}
