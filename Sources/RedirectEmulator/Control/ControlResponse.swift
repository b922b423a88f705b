import Documents
import HTTP1

/// The response to a call of the control API.
struct ControlResponse {
  var status: Int
  var contentType: String?
  var body: [UInt8]
  var fields: [ResponseField] = [ResponseField("Cache-Control", "no-store")]

  static let noContent = ControlResponse(status: 204, contentType: nil, body: [])

  /// JSON that `write` makes.
  static func json(_ status: Int = 200, _ write: (inout JSONWriter) -> Void) -> ControlResponse {
    var writer = JSONWriter()
    write(&writer)
    return ControlResponse(status: status, contentType: "application/json", body: writer.bytes)
  }

  init(status: Int, contentType: String?, body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  init(_ error: ControlError) {
    self.init(status: error.status, contentType: "application/json", body: error.json)
    // The only refusal that does not depend on the call itself.
    if error.status == 503 { fields.append(ResponseField("Retry-After", "1")) }
  }
}
