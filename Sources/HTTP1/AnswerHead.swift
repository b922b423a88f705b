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

/// One field line of an answer. Both parts are made by the emulator or checked when they are read from a
/// scenario, so that neither holds CR, LF or NUL.
package struct ResponseField: Sendable, Equatable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension [UInt8] {
  /// Appends CR LF.
  package mutating func appendLineEnd() {
    append(ASCII.carriageReturn)
    append(ASCII.lineFeed)
  }

  /// Appends `name: value` and the line's end.
  package mutating func appendField(_ field: ResponseField) {
    append(contentsOf: field.name.utf8)
    append(": ")
    append(contentsOf: field.value.utf8)
    appendLineEnd()
  }
}
