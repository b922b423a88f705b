import Core
import HTTP1

extension ControlAPI {
  /// The live page. It needs no key, because it holds no data: the page itself asks people for the key.
  func page(_ call: Call) -> ControlResponse {
    let page = PageDocument.shared
    var response = ControlResponse(
      status: 200, contentType: "text/html; charset=utf-8",
      body: call.acceptsGzip ? page.gzip : page.html)
    response.fields += page.fields
    if call.acceptsGzip { response.fields.append(ResponseField("Content-Encoding", "gzip")) }
    return response
  }

  /// Redirects to the page's address, which ends in a slash.
  func findPage(_ call: Call) -> ControlResponse {
    var response = ControlResponse(status: 308, contentType: nil, body: [])
    response.fields.append(ResponseField("Location", "/_emulator/"))
    return response
  }
}

extension ControlAPI {
  /// The page with a resource's data inside, as a file to keep.
  func report(_ call: Call, _ resource: ResourceCore) -> ControlResponse {
    let report = Report(of: [resource]) { server.pageOfCalls(call, $0) }
    var response = ControlResponse(
      status: 200, contentType: "text/html; charset=utf-8", body: report.bytes(as: .html))
    let page = PageDocument.shared
    response.fields += [
      ResponseField("Content-Security-Policy", page.filePolicy + "; frame-ancestors 'none'"),
      ResponseField("X-Content-Type-Options", "nosniff"),
      ResponseField(
        "Content-Disposition", "attachment; filename=\"redirect-emulator-\(resource.name).html\""),
    ]
    return response
  }
}

extension ServerCore {
  /// The URL of a resource's calls on the live page, as the client of this call can reach it; an id follows.
  func pageOfCalls(_ call: ControlAPI.Call, _ resource: ResourceCore) -> String {
    let address = addresses.control(to: call.host, on: call.entrance)
    return address.page + "\(resource.name)/calls/"
  }

  /// The same without a client that asks over HTTP; nil if the control API is off.
  func pageOfCalls(of resource: ResourceCore) -> String? {
    configuration.controlAPI ? addresses.ownControl.page + "\(resource.name)/calls/" : nil
  }
}

/// What a client says about content codings. RFC 9110 §12.5.3.
enum AcceptedCoding {
  /// Whether `Accept-Encoding` has `gzip`, and not with a weight of 0.
  static func acceptsGzip(_ head: RequestHead, _ message: Span<UInt8>) -> Bool {
    for field in head.fields where message.holds(ignoringCase: "accept-encoding", in: field.name) {
      for item in message.string(in: field.value).lowercased().split(separator: ",") {
        let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        guard let name = parts.first, name == "gzip" || name == "x-gzip" else { continue }
        let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
        return weight.map { $0.contains { $0 != "0" && $0 != "." } } ?? true
      }
    }
    return false
  }
}
