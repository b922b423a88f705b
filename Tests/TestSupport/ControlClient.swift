/// Calls of the control API, one after another on one connection.
package final class ControlClient {
  private let client: RawClient

  package init(port: UInt16) throws {
    client = try RawClient(port: port)
  }

  /// Sends a call and reads its response.
  ///
  /// - Parameters:
  ///   - path: from the root, `/_emulator/health`.
  ///   - body: sent with its length where there is one.
  package func call(
    _ method: String, _ path: String, _ body: String? = nil,
    fields: [(name: String, value: String)] = [], host: String = "localhost"
  ) throws -> RawResponse {
    try client.send(Self.bytes(method, path, body, fields: fields, host: host))
    return try client.readResponse(toHEAD: method == "HEAD")
  }

  /// A figure of `/metrics`, as ``RawResponse/metric(_:)``.
  package func metric(_ name: String) throws -> Int {
    try call("GET", "/metrics").metric(name)
  }

  /// A call's bytes.
  package static func bytes(
    _ method: String, _ path: String, _ body: String? = nil,
    fields: [(name: String, value: String)] = [], host: String = "localhost"
  ) -> [UInt8] {
    var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
    for field in fields { text += "\(field.name): \(field.value)\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    return Array((text + "\r\n" + (body ?? "")).utf8)
  }
}
