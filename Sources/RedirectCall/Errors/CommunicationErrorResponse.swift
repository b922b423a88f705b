import Core
import Documents

/// The body of every response that is not a success. Contract guide, "9. CommunicationErrorResponse".
package enum CommunicationErrorResponse {
  /// The `Content-Type` that it is sent with.
  package static let contentType = "application/json; charset=utf-8"

  /// The JSON of `{"error": …}`, on one line; members in the order code, message, target, details,
  /// innererror, those that are absent or empty left out.
  package static func render(_ error: CommunicationError) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(256)
    output.append(contentsOf: "{\"error\":".utf8)
    append(error, to: &output)
    output.append(ASCII.rightBrace)
    return output
  }

  /// Appends one `CommunicationError` object.
  package static func append(_ error: CommunicationError, to output: inout [UInt8]) {
    output.append(contentsOf: "{\"code\":".utf8)
    JSONString.append(error.code, to: &output)
    output.append(contentsOf: ",\"message\":".utf8)
    JSONString.append(error.message, to: &output)
    if let target = error.target {
      output.append(contentsOf: ",\"target\":".utf8)
      JSONString.append(target, to: &output)
    }
    if !error.details.isEmpty {
      output.append(contentsOf: ",\"details\":[".utf8)
      for (index, detail) in error.details.enumerated() {
        if index > 0 { output.append(ASCII.comma) }
        append(detail, to: &output)
      }
      output.append(ASCII.rightBracket)
    }
    if let inner = error.innererror.first {
      output.append(contentsOf: ",\"innererror\":".utf8)
      append(inner, to: &output)
    }
    output.append(ASCII.rightBrace)
  }
}
