/// Small readings of a message that the credentials' checks share.
extension Span<UInt8> {
  /// The first place of a byte in a range.
  func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
    for index in range where self[index] == byte { return index }
    return nil
  }

  /// Whether a range holds these ASCII characters, letters compared without case.
  /// - Parameter lowercased: text without upper-case letters.
  func equals(_ range: Range<Int>, ignoringCaseOf lowercased: StaticString) -> Bool {
    guard range.count == lowercased.utf8CodeUnitCount else { return false }
    return lowercased.withUTF8Buffer { expected in
      for (offset, byte) in expected.enumerated()
      where Self.lowercased(self[range.lowerBound + offset]) != byte {
        return false
      }
      return true
    }
  }

  /// Whether a range holds exactly these ASCII characters.
  func equals(_ range: Range<Int>, exactly text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for (offset, byte) in expected.enumerated() where self[range.lowerBound + offset] != byte {
        return false
      }
      return true
    }
  }

  /// Whether two ranges hold the same ASCII characters, letters compared without case.
  func equalsIgnoringCase(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    guard a.count == b.count else { return false }
    for offset in 0..<a.count
    where Self.lowercased(self[a.lowerBound + offset])
      != Self.lowercased(self[b.lowerBound + offset])
    {
      return false
    }
    return true
  }

  @inline(__always)
  private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }

  /// A range's text for a message, between quotes and escaped, cut after `limit` bytes.
  func quoted(_ range: Range<Int>, limit: Int = 128) -> String {
    var text = "\""
    for index in range.prefix(limit) {
      switch self[index] {
      case 0x0A: text += "\\n"
      case 0x22: text += "\\\""
      case 0x5C: text += "\\\\"
      case let byte where byte >= 0x20 && byte < 0x7F: text.unicodeScalars.append(.init(byte))
      case let byte: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return text + (range.count > limit ? "\"…" : "\"")
  }
}
