/// Base64 with padding, RFC 4648 §4, for bytes that JSON cannot hold.
enum Base64 {
  static func text(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits: UInt32 = 0
      for byte in group { bits = bits << 8 | UInt32(byte) }
      bits <<= UInt32((3 - group.count) * 8)
      for position in 0..<4 {
        let index = Int(bits >> UInt32(18 - position * 6) & 0x3F)
        output.append(position <= group.count ? alphabet[index] : 0x3D)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
