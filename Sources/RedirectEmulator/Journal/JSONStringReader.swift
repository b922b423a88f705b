/// Reads the characters of a JSON string that a validator has accepted already. RFC 8259 §7.
enum JSONStringReader {
  /// - Parameter characters: what stands between the quotes.
  static func decoded(_ characters: ArraySlice<UInt8>) -> String {
    guard characters.contains(0x5C) else { return String(decoding: characters, as: UTF8.self) }
    var units: [UInt16] = []
    var index = characters.startIndex
    while index < characters.endIndex {
      guard characters[index] == 0x5C else {
        let run = characters[index...]
        let end = run.firstIndex(of: 0x5C) ?? characters.endIndex
        units.append(contentsOf: String(decoding: characters[index..<end], as: UTF8.self).utf16)
        index = end
        continue
      }
      guard index + 1 < characters.endIndex else { break }
      let letter = characters[index + 1]
      index += 2
      switch letter {
      case 0x62: units.append(0x08)
      case 0x66: units.append(0x0C)
      case 0x6E: units.append(0x0A)
      case 0x72: units.append(0x0D)
      case 0x74: units.append(0x09)
      case 0x75:
        let end = min(index + 4, characters.endIndex)
        let digits = String(decoding: characters[index..<end], as: UTF8.self)
        units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
        index = end
      default: units.append(UInt16(letter))
      }
    }
    return String(decoding: units, as: UTF16.self)
  }
}
