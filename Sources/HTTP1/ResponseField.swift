/// One field line of an answer. Both parts are made by the emulator or checked when they are read from a
/// scenario, so that neither holds CR, LF or NUL.
package struct ResponseField: Sendable, Equatable {
  package var name: String
  /// The value as it is sent. One that is echoed from a request may be no UTF-8 (`obs-text`, RFC 9110 §5.5).
  package var bytes: [UInt8]

  package init(_ name: String, _ value: String) {
    self.init(name, bytes: Array(value.utf8))
  }

  package init(_ name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// The value as text.
  package var value: String { String(decoding: bytes, as: UTF8.self) }
}
