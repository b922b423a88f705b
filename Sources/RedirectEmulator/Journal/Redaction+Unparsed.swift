import Core

extension Redaction {
  /// Copies bytes that could not be read as a request, without possible secrets. It leaves out what follows the name of
  /// a secret field or `signature=`, up to the end of that line and of its continuation lines, even if the line is
  /// malformed.
  /// - Parameter limit: the most bytes that are kept.
  /// - Complexity: O(bytes), off the hot path.
  package static func redacted(
    unparsed message: Span<UInt8>, atMost limit: Int = .max
  ) -> RecordedMessage {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(message.count, limit))
    var index = 0
    while index < message.count, bytes.count < limit {
      guard let length = nameLength(at: index, in: message) else {
        // As many bytes at once as possible before the next beginning of a name.
        let start = index
        let end = index + min(message.count - index, limit - bytes.count)
        repeat { index += 1 } while index < end && !beginsName(message[index])
        bytes.append(message, start..<index)
        continue
      }
      for offset in 0..<length { bytes.append(message[index + offset]) }
      index += length
      let end = endOfField(from: index, in: message)
      if end > index {
        mark.withUTF8Buffer { bytes.append(contentsOf: $0) }
      }
      index = end
    }
    let excess = max(bytes.count - limit, 0)
    bytes.removeLast(excess)
    return Self.message(
      bytes: bytes, headLength: nil, cutBytes: message.count - index + excess)
  }

  private static func beginsName(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return letter == 0x61 || letter == 0x73 || letter == 0x78
  }

  private static func nameLength(at index: Int, in message: Span<UInt8>) -> Int? {
    // The first letters decide for nearly every byte.
    switch message[index] | 0x20 {
    case UInt8(ascii: "a"):
      matches("authorization", at: index, in: message)
    case UInt8(ascii: "s"):
      matches("signature=", at: index, in: message)
    case UInt8(ascii: "x"):
      matches("x-emulator-key", at: index, in: message)
        ?? matches("x-identity-header", at: index, in: message)
    default: nil
    }
  }

  private static func matches(
    _ name: StaticString, at index: Int, in message: Span<UInt8>
  ) -> Int? {
    let length = name.utf8CodeUnitCount
    guard length <= message.count - index else { return nil }
    return message.holds(ignoringCase: name, in: index..<(index + length)) ? length : nil
  }

  /// The offset of the line end that is not followed by a continuation line.
  private static func endOfField(from start: Int, in message: Span<UInt8>) -> Int {
    var index = start
    while index < message.count {
      if message[index] == ASCII.lineFeed {
        let next = index + 1
        guard next < message.count, ASCII.isWhitespace(message[next]) else {
          return index > start && message[index - 1] == ASCII.carriageReturn ? index - 1 : index
        }
      }
      index += 1
    }
    return index
  }
}
