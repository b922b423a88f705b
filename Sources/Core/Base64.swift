/// Base64 in its two alphabets, read strictly: no white space, no missing or surplus padding, no set bits
/// beyond the last byte, so that every byte string has exactly one text. RFC 4648 §3.5, §4, §5.
package struct Base64: Sendable {
  /// What is wrong with a text, and at which of its bytes.
  package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
    package let offset: Int
    package let reason: String

    package init(offset: Int, reason: String) {
      self.offset = offset
      self.reason = reason
    }

    package var description: String { "not base64: \(reason) at offset \(offset)" }
  }

  @usableFromInline let isURL: Bool

  /// The alphabet with `+` and `/`, padded. RFC 4648 §4.
  package static let standard = Base64(isURL: false)
  /// The alphabet with `-` and `_`, without padding, as in JWTs. RFC 4648 §5, RFC 7515 §2.
  package static let url = Base64(isURL: true)

  /// The bytes that `text` stands for.
  package func decode(_ text: Span<UInt8>) throws(Fault) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count / 4 * 3 + 2)
    try decode(text) { output.append($0) }
    return output
  }

  package func decode(_ text: String) throws(Fault) -> [UInt8] {
    try decode(Array(text.utf8).span)
  }

  /// Hands the decoded bytes to `emit` one after another, those before a fault included.
  @inlinable @inline(__always)
  package func decode(_ text: Span<UInt8>, emit: (UInt8) -> Void) throws(Fault) {
    var end = text.count
    if !isURL {
      guard end % 4 == 0 else {
        throw Fault(offset: end, reason: "a length of \(end), which is not a multiple of 4")
      }
      if end > 0, text[end - 1] == ASCII.equalsSign { end -= 1 }
      if end > 0, end < text.count, text[end - 1] == ASCII.equalsSign { end -= 1 }
    }
    if end % 4 == 1 { throw Fault(offset: end, reason: "a single character at the end") }
    var bits: UInt32 = 0
    var bitCount: UInt32 = 0
    for index in 0..<end {
      guard let value = value(of: text[index]) else {
        throw Fault(offset: index, reason: "byte 0x\(Hexadecimal.text(text[index]))")
      }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        emit(UInt8(truncatingIfNeeded: bits >> bitCount))
        bits &= (1 << bitCount) - 1
      }
    }
    if bits != 0 {
      throw Fault(offset: end - 1, reason: "bits set beyond the last byte")
    }
  }

  /// Appends the text of `bytes`.
  package func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
    var index = 0
    while bytes.count - index >= 3 {
      let group =
        UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
      for shift: UInt32 in [18, 12, 6, 0] { output.append(character(of: group >> shift)) }
      index += 3
    }
    switch bytes.count - index {
    case 1:
      let group = UInt32(bytes[index]) << 16
      for shift: UInt32 in [18, 12] { output.append(character(of: group >> shift)) }
      if !isURL { output.append(contentsOf: [ASCII.equalsSign, ASCII.equalsSign]) }
    case 2:
      let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8
      for shift: UInt32 in [18, 12, 6] { output.append(character(of: group >> shift)) }
      if !isURL { output.append(ASCII.equalsSign) }
    default: break
    }
  }

  package func encode(_ bytes: Span<UInt8>) -> String {
    var output: [UInt8] = []
    append(bytes, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @inlinable @inline(__always)
  func value(of character: UInt8) -> UInt8? {
    switch character {
    case ASCII.upperA...ASCII.upperZ: character &- ASCII.upperA
    case ASCII.lowerA...ASCII.lowerZ: character &- ASCII.lowerA &+ 26
    case ASCII.zero...ASCII.nine: character &- ASCII.zero &+ 52
    case ASCII.plus where !isURL, ASCII.hyphen where isURL: 62
    case ASCII.slash where !isURL, ASCII.underscore where isURL: 63
    default: nil
    }
  }

  private func character(of bits: UInt32) -> UInt8 {
    let value = UInt8(bits & 63)
    return switch value {
    case 0..<26: ASCII.upperA &+ value
    case 26..<52: ASCII.lowerA &+ (value &- 26)
    case 52..<62: ASCII.zero &+ (value &- 52)
    case 62: isURL ? ASCII.hyphen : ASCII.plus
    default: isURL ? ASCII.underscore : ASCII.slash
    }
  }
}
