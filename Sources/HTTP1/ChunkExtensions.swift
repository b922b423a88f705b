/// The grammar of chunk extensions: `*( BWS ";" BWS name [ BWS "=" BWS value ] )`, a value being a token or a
/// quoted string. RFC 9112 §7.1.1. None has a meaning here.
enum ChunkExtensions {
  static func check(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPError) {
    var index = range.lowerBound
    let end = range.upperBound
    func skipSpace() {
      while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }
    func skipToken() -> Bool {
      let start = index
      while index < end, ByteClass.token.contains(bytes[index]) { index += 1 }
      return index > start
    }
    while index < end {
      skipSpace()
      guard index < end, bytes[index] == 0x3B else { throw refused() }
      index += 1
      skipSpace()
      guard skipToken() else { throw refused() }
      let afterName = index
      skipSpace()
      guard index < end, bytes[index] == 0x3D else {
        index = afterName
        continue
      }
      index += 1
      skipSpace()
      if index < end, bytes[index] == 0x22 {
        index += 1
        while index < end, bytes[index] != 0x22 {
          index += bytes[index] == 0x5C ? 2 : 1
        }
        guard index < end else { throw refused() }
        index += 1
      } else if !skipToken() {
        throw refused()
      }
    }
  }

  private static func refused() -> HTTPError {
    HTTPError(.badRequest, "chunk extension: expected ;name or ;name=value behind the chunk's size")
  }
}
