import Core

/// A status line and its field lines. RFC 9112 §4.
package enum AnswerHead {
  /// Appends `HTTP/1.1 204 No Content` and CRLF.
  package static func appendStatusLine(
    _ status: Int, minorVersion: Int = 1, to output: inout [UInt8]
  ) {
    output.append("HTTP/1.")
    output.appendDecimal(minorVersion)
    output.append(ASCII.space)
    output.appendDecimal(status)
    output.append(ASCII.space)
    output.append(ReasonPhrase.of(status))
    output.appendLineEnd()
  }

  /// Whether an answer with this status never has content, and so no `Content-Length`. RFC 9110 §6.4.1, §8.6.
  package static func isBodiless(_ status: Int) -> Bool {
    status < 200 || status == 204 || status == 304
  }
}
