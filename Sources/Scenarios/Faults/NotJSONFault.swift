import Core
import Documents
import HTTP1

/// A gateway's page where the service's JSON should be. A response without content (204) becomes a 502.
package struct NotJSONFault: WireFault, Hashable {
  package static let row = FaultRow(
    "notJSON", status: 502,
    sees: "A gateway's HTML page with the status of `respond`, by default 502.")

  package init() {}

  package init?(_ parameters: ObjectReader?) {}

  package func plan(_ response: DraftResponse, _ random: inout SeededRandom) -> WirePlan {
    var response = response
    if response.isBodiless { response.status = 502 }
    let title = "\(response.status) \(ReasonPhrase.of(response.status))"
    response.body = Array(
      """
      <html>\r
      <head><title>\(title)</title></head>\r
      <body>\r
      <center><h1>\(title)</h1></center>\r
      <hr><center>gateway</center>\r
      </body>\r
      </html>\r

      """.utf8)
    response.fields.removeAll { $0.name.equalsIgnoringCase("x-ms-error-code") }
    response.set(ResponseField("Content-Type", "text/html"))
    return response.plan([.send(response.bytes), .keepAlive])
  }
}

extension Fault {
  /// A gateway's HTML page with the status of `respond`, by default 502.
  public static let notJSON = Fault(NotJSONFault())
}
