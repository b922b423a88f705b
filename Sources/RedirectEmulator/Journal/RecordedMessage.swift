/// One request's bytes as the journal keeps them: head and content behind one another, with every secret
/// cut out. Only ``Redaction`` makes one, so that holding one proves that it was redacted.
package struct RecordedMessage: Sendable, Equatable {
  /// The head as received, then the content without its chunked framing.
  package let bytes: [UInt8]
  /// Bytes of the head, its empty line included; nil where the message could not be read as HTTP.
  package let headLength: Int?

  fileprivate init(bytes: [UInt8], headLength: Int?) {
    self.bytes = bytes
    self.headLength = headLength
  }

  /// A message of which nothing is known, e.g. a connection that sent no byte.
  package static let empty = RecordedMessage(bytes: [], headLength: nil)
}

extension Redaction {
  static func message(bytes: [UInt8], headLength: Int?) -> RecordedMessage {
    RecordedMessage(bytes: bytes, headLength: headLength)
  }
}
