/// Classes of bytes, as 256-bit sets, so that a test is a shift and not a chain of comparisons.
struct ByteClass: Sendable {
  private var w0: UInt64 = 0
  private var w1: UInt64 = 0
  private var w2: UInt64 = 0
  private var w3: UInt64 = 0

  init(_ contains: (UInt8) -> Bool) {
    for byte in UInt8.min...UInt8.max where contains(byte) {
      let bit = UInt64(1) << UInt64(byte & 63)
      switch byte >> 6 {
      case 0: w0 |= bit
      case 1: w1 |= bit
      case 2: w2 |= bit
      default: w3 |= bit
      }
    }
  }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    let word =
      switch byte >> 6 {
      case 0: w0
      case 1: w1
      case 2: w2
      default: w3
      }
    return word >> UInt64(byte & 63) & 1 != 0
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  private static func set(_ text: StaticString) -> Set<UInt8> {
    text.withUTF8Buffer { Set($0) }
  }

  /// `tchar`. RFC 9110 §5.6.2.
  static let token: ByteClass = {
    let marks = set("!#$%&'*+-.^_`|~")
    return ByteClass { isAlphanumeric($0) || marks.contains($0) }
  }()

  /// What a field value may hold: HTAB, SP, VCHAR and obs-text. RFC 9110 §5.5.
  static let fieldValue = ByteClass { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }

  /// What a request target may hold besides `%XX`. RFC 3986 §2, RFC 9112 §3.2.
  static let target: ByteClass = {
    let marks = set("-._~:/?[]@!$&'()*+,;=%")
    return ByteClass { isAlphanumeric($0) || marks.contains($0) }
  }()

  /// What a registered name may hold. RFC 3986 §3.2.2.
  static let host: ByteClass = {
    let marks = set("-._~!$&'()*+,;=%")
    return ByteClass { isAlphanumeric($0) || marks.contains($0) }
  }()
}
