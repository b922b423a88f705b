/// Hexadecimal digits, read in either case and written in lower case by default. RFC 4648 §8.
@usableFromInline package enum Hexadecimal {
  /// The value of a digit, or nil.
  @inlinable @inline(__always)
  package static func value(_ byte: UInt8) -> UInt8? {
    let digit = byte &- ASCII.zero
    if digit < 10 { return digit }
    let letter = (byte | 0x20) &- ASCII.lowerA
    return letter < 6 ? letter &+ 10 : nil
  }

  /// The digit for the lowest four bits of `value`.
  @inlinable @inline(__always)
  package static func digit(_ value: UInt8, uppercase: Bool = false) -> UInt8 {
    let nibble = value & 0xF
    return nibble < 10
      ? ASCII.zero &+ nibble : (uppercase ? ASCII.upperA : ASCII.lowerA) &+ nibble &- 10
  }

  /// The eight digits of the lowest 32 bits of `value`, the first digit in the lowest byte.
  @inlinable @inline(__always)
  package static func digits(_ value: UInt64) -> UInt64 {
    // Each four bits get a byte of their own.
    var spread = value & 0xFFFF_FFFF
    spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
    spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
    spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
    // 1 in each byte from ten on: adding 6 carries into its bit 4.
    let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    let text =
      spread &+ 0x3030_3030_3030_3030 &+ letters &* UInt64(ASCII.lowerA &- ASCII.zero &- 10)
    return text.byteSwapped
  }

  /// A byte as two digits.
  package static func text(_ byte: UInt8, uppercase: Bool = false) -> String {
    String(
      decoding: [digit(byte >> 4, uppercase: uppercase), digit(byte, uppercase: uppercase)],
      as: UTF8.self)
  }

  /// Bytes as two digits each.
  package static func text(_ bytes: Span<UInt8>) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count * 2)
    for index in bytes.indices {
      output.append(digit(bytes[index] >> 4))
      output.append(digit(bytes[index]))
    }
    return String(decoding: output, as: UTF8.self)
  }
}
