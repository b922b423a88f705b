/// A status line and its field lines. RFC 9112 §4.
package enum AnswerHead {
  /// The reason phrase of a status: the one that RFC 9110 §15 or the status's own document gives it.
  package static func reason(_ status: Int) -> String {
    reasons[status] ?? "Unassigned"
  }

  /// Appends `HTTP/1.1 204 No Content` and CRLF.
  package static func appendStatusLine(
    _ status: Int, minorVersion: Int = 1, to output: inout [UInt8]
  ) {
    output.append(contentsOf: "HTTP/1.\(minorVersion) \(status) \(reason(status))\r\n".utf8)
  }

  /// Appends one field line.
  package static func append(_ field: ResponseField, to output: inout [UInt8]) {
    output.append(contentsOf: field.name.utf8)
    output.append(0x3A)
    output.append(0x20)
    output.append(contentsOf: field.value.utf8)
    output.append(0x0D)
    output.append(0x0A)
  }

  /// Whether an answer with this status never has content, and so no `Content-Length`. RFC 9110 §6.4.1, §8.6.
  package static func isBodiless(_ status: Int) -> Bool {
    status < 200 || status == 204 || status == 304
  }

  private static let reasons: [Int: String] = [
    100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints",
    200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information",
    204: "No Content", 205: "Reset Content", 206: "Partial Content", 300: "Multiple Choices",
    301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
    307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized",
    402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout",
    409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed",
    413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
    416: "Range Not Satisfiable", 417: "Expectation Failed", 421: "Misdirected Request",
    422: "Unprocessable Content", 423: "Locked", 424: "Failed Dependency", 425: "Too Early",
    426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    507: "Insufficient Storage", 508: "Loop Detected", 511: "Network Authentication Required",
  ]
}
