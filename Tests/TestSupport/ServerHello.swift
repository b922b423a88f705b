/// What a TLS server says first, read off the wire without libssl: a ServerHello with its version, or an alert.
package enum ServerHello: Sendable, Equatable {
  /// The version that the server chose: 0x0301 for TLS 1.0 to 0x0304 for 1.3. RFC 8446 §4.1.3, §4.2.1.
  case version(UInt16)
  /// An alert's code. RFC 8446 §6.
  case alert(UInt8)
  case neither

  /// - Parameter bytes: all of the server's first record.
  package init(_ bytes: [UInt8]) {
    switch bytes.first {
    case 0x15 where bytes.count >= 7: self = .alert(bytes[6])
    case 0x16 where bytes.count >= 44 && bytes[5] == 2: self = .version(Self.version(bytes))
    default: self = .neither
    }
  }

  /// How many bytes the first record has; nil where too few have come to tell.
  package static func recordLength(_ bytes: [UInt8]) -> Int? {
    bytes.count < 5 ? nil : 5 + Int(bytes[3]) << 8 + Int(bytes[4])
  }

  private static func version(_ bytes: [UInt8]) -> UInt16 {
    func number(_ index: Int) -> Int {
      index + 1 < bytes.count ? Int(bytes[index]) << 8 | Int(bytes[index + 1]) : 0
    }
    // The header of record and message, the version, 32 random bytes; then the session's id, the cipher suite and the
    // compression. What follows are extensions; that of 1.3 has the version in the one with number 43.
    var index = 43 + 1 + Int(bytes[43]) + 3 + 2
    while index + 4 <= bytes.count {
      if number(index) == 43 { return UInt16(truncatingIfNeeded: number(index + 4)) }
      index += 4 + number(index + 2)
    }
    return UInt16(truncatingIfNeeded: number(9))
  }
}
