import Core
import Documents

/// Values that the contract gives no meaning. They must be JSON, without duplicate members and not deeper than the
/// limit. Nothing else is checked.
extension RedirectBodyValidator {
  /// Passes a member that the contract does not name.
  mutating func skipUnknown(
    _ name: JSONText, _ bytes: Span<UInt8>, in names: inout MemberNames
  ) throws(JSONFault) {
    if !names.insert(name.bytes(in: bytes)) { duplicate(Self.path(name, bytes)) }
    if names.isFull {
      throw scanner.fault(
        .other(
          "an object has more than \(MemberNames.unknownLimit) members that the contract does not name"
        ))
    }
    let before = faults.count
    try skipValue(bytes)
    if faults.count > before { faults.prefix(Self.path(name, bytes), since: before) }
  }

  /// Passes the value that begins at the position.
  mutating func skipValue(_ bytes: Span<UInt8>) throws(JSONFault) {
    guard let byte = scanner.peek(bytes) else {
      throw scanner.fault(.unexpected(expected: .value))
    }
    switch byte {
    case ASCII.leftBrace: try skipObject(bytes)
    case ASCII.leftBracket: try skipArray(bytes)
    case ASCII.quotationMark: _ = try scanner.string(bytes)
    case ASCII.hyphen, ASCII.zero...ASCII.nine: try scanner.number(bytes)
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): try scanner.literal(bytes)
    default: throw scanner.fault(.unexpected(expected: .value))
    }
  }

  private mutating func skipObject(_ bytes: Span<UInt8>) throws(JSONFault) {
    try scanner.open()
    var names = MemberNames()
    var isFirst = true
    while let name = try scanner.nextMember(bytes, isFirst: isFirst) {
      isFirst = false
      try skipUnknown(name, bytes, in: &names)
    }
  }

  private mutating func skipArray(_ bytes: Span<UInt8>) throws(JSONFault) {
    try scanner.open()
    var index = 0
    while try scanner.nextElement(bytes, isFirst: index == 0) {
      let before = faults.count
      try skipValue(bytes)
      if faults.count > before { faults.prefix("[\(index)]", since: before) }
      index += 1
    }
  }

  /// A member's name as paths and messages show it.
  static func path(_ name: JSONText, _ bytes: Span<UInt8>) -> String {
    shortened(name.string(in: bytes))
  }

  /// The type of the value that begins with `byte`, in words.
  static func nameOfType(_ byte: UInt8) -> String {
    switch byte {
    case ASCII.leftBrace: "an object"
    case ASCII.leftBracket: "an array"
    case ASCII.quotationMark: "a string"
    case UInt8(ascii: "t"), UInt8(ascii: "f"): "a boolean"
    case UInt8(ascii: "n"): "null"
    case ASCII.hyphen, ASCII.zero...ASCII.nine: "a number"
    default: "no JSON value"
    }
  }
}
