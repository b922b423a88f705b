/// The brackets, colons and commas of a text that may be JSON, found without parsing it; nil for bytes that are no
/// UTF-8 or hold what no JSON text does.
struct JSONSkeleton {
  /// The text, in which numbers that `Double` may not hold are 0.
  private(set) var text: [UInt8] = []
  /// How deep brackets stand within one another.
  private(set) var depth = 0
  /// As many as there are members.
  private(set) var colons = 0
  /// Whether a comma stands before a closing bracket.
  private(set) var hasDanglingComma = false

  init?(_ bytes: [UInt8]) {
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0),
      !bytes.starts(with: [0xEF, 0xBB, 0xBF])
    else { return nil }
    text.reserveCapacity(bytes.count)
    var level = 0
    var isAfterComma = false
    var index = 0
    while index < bytes.count {
      let start = index
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
        guard index <= bytes.count else { return nil }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        while index < bytes.count, Self.isOfNumber(bytes[index]) { index += 1 }
        if index - start > 15 || !bytes[start..<index].allSatisfy({ $0 < 0x40 }),
          Self.isNumber(bytes[start..<index])
        {
          text.append(UInt8(ascii: "0"))
          isAfterComma = false
          continue
        }
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        level += 1
        depth = max(depth, level)
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        level -= 1
        hasDanglingComma = hasDanglingComma || isAfterComma
      case UInt8(ascii: ":"): colons += 1
      default: break
      }
      text.append(contentsOf: bytes[start..<index])
      if ![0x20, 0x09, 0x0A, 0x0D].contains(byte) { isAfterComma = byte == UInt8(ascii: ",") }
    }
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private static func isNumber(_ token: ArraySlice<UInt8>) -> Bool {
    String(decoding: token, as: UTF8.self)
      .wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
  }
}
