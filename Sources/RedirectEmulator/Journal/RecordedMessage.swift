/// One request's bytes as the journal keeps them: head and content behind one another, with every secret
/// cut out. Only ``Redaction`` makes one, so that holding one proves that it was redacted.
package struct RecordedMessage: Sendable, Equatable {
  /// The head as received, then the content without its chunked framing.
  package let bytes: [UInt8]
  /// Bytes of the head, its empty line included; nil where the message could not be read as HTTP.
  package let headLength: Int?
  /// Bytes that were left out at the end; 0 where the message is whole.
  package var cutBytes: Int { Int(cut) }
  /// Whether the content up to this offset was not left out.
  func holdsContent(to offset: Int) -> Bool {
    cut == 0 || offset <= bytes.count - (headLength ?? 0)
  }

  /// Four bytes, so that an entry is no larger for it.
  private let cut: UInt32

  fileprivate init(bytes: [UInt8], headLength: Int?, cutBytes: Int) {
    self.bytes = bytes
    self.headLength = headLength
    cut = UInt32(clamping: cutBytes)
  }

  /// A message of which nothing is known, e.g. a connection that sent no byte.
  package static let empty = RecordedMessage(bytes: [], headLength: nil, cutBytes: 0)

  /// The most that is kept of a request that was refused before its credential was accepted: anybody can send those.
  package static let refusedLimit = 64 * 1024

  /// The most that is kept of a request that there was no memory for: it is not to take the place of others.
  package static let unaffordableLimit = 4 * 1024
}

extension Redaction {
  static func message(bytes: [UInt8], headLength: Int?, cutBytes: Int = 0) -> RecordedMessage {
    RecordedMessage(bytes: bytes, headLength: headLength, cutBytes: cutBytes)
  }
}
