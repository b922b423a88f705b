import Core
import Options

/// The variable from which every JVM takes options, and the trust store in it.
///
/// A JVM splits it at white space. Quotes of either kind keep the text between them together: JVM Tool Interface, "The
/// JAVA_TOOL_OPTIONS Environment Variable".
enum JavaOptions {
  static let variable = "JAVA_TOOL_OPTIONS"

  private static let name = Array("-Djavax.net.ssl.trustStore=".utf8)

  /// The variable's value with a trust store in it.
  ///
  /// - Returns: nil if the user names a trust store, which then stays.
  static func adding(_ store: Path, to value: Word?) -> Word? {
    guard let value, !value.bytes.isEmpty else { return Word(option(store)) }
    if value.bytes.firstRange(of: name) != nil { return nil }
    return Word(value.bytes + [UInt8(ascii: " ")] + option(store))
  }

  /// The value without a trust store that was added; nil if nothing is left.
  static func removing(_ store: Path, from value: Word) -> Word? {
    let option = option(store)
    guard let place = value.bytes.firstRange(of: option) else { return value }
    var bytes = value.bytes
    bytes.removeSubrange(place)
    // The space before it was added with it.
    if place.lowerBound > 0, bytes[place.lowerBound - 1] == UInt8(ascii: " ") {
      bytes.remove(at: place.lowerBound - 1)
    }
    return bytes.isEmpty ? nil : Word(bytes)
  }

  private static func option(_ store: Path) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    let needsQuotes = store.bytes.contains {
      [quote, UInt8(ascii: "\"")].contains($0) || $0 <= 0x20
    }
    guard needsQuotes else { return name + store.bytes }
    var quoted: [UInt8] = [quote]
    for byte in store.bytes {
      // A quote of one kind is put between quotes of the other kind.
      if byte == quote { quoted += Array("'\"'\"'".utf8) } else { quoted.append(byte) }
    }
    return name + quoted + [quote]
  }
}
