/// One field line of an answer. Both parts are made by the emulator or checked when they are read from a
/// scenario, so that neither holds CR, LF or NUL.
package struct ResponseField: Sendable, Equatable {
  package let name: String
  /// The value as text.
  package let value: String
  /// The value as it is sent, where that is no UTF-8: it may be echoed from a request (`obs-text`, RFC 9110 §5.5).
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
