import Core

/// A status line and its field lines. RFC 9112 §4.
package enum ResponseHead {
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

  /// Whether a response with this status never has content, and so no `Content-Length`. RFC 9110 §6.4.1, §8.6.
  package static func isBodiless(_ status: Int) -> Bool {
    status < 200 || status == 204 || status == 304
  }
}

/// One field line of a response. The emulator makes both parts, or checks them when it reads them from a
/// scenario, so neither has CR, LF or NUL.
package struct ResponseField: Sendable, Equatable {
  package let name: String
  /// The value as text.
  package let value: String
  /// The value as it is sent, if that is not UTF-8: it may be echoed from a request (`obs-text`, RFC 9110 §5.5).
  let bytes: [UInt8]?

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
    bytes = nil
  }

  /// - Parameter bytes: the value as it is sent.
  package init(_ name: String, bytes: some Collection<UInt8>) {
    self.name = name
    if let text = String(validating: bytes, as: UTF8.self) {
      value = text
      self.bytes = nil
    } else {
      value = String(decoding: bytes, as: UTF8.self)
      self.bytes = Array(bytes)
    }
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
    if let bytes = field.bytes {
      append(contentsOf: bytes)
    } else {
      append(contentsOf: field.value.utf8)
    }
    appendLineEnd()
  }
}
