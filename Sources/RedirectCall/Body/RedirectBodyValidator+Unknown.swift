import Documents

/// Values that the contract gives no meaning: they have to be JSON, without duplicate members and no deeper
/// than the limit, and nothing else is asked of them.
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
    case 0x7B: try skipObject(bytes)
    case 0x5B: try skipArray(bytes)
    case 0x22: _ = try scanner.string(bytes)
    case 0x2D, 0x30...0x39: try scanner.number(bytes)
    case 0x74, 0x66, 0x6E: try scanner.literal(bytes)
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
    case 0x7B: "an object"
    case 0x5B: "an array"
    case 0x22: "a string"
    case 0x74, 0x66: "a boolean"
    case 0x6E: "null"
    case 0x2D, 0x30...0x39: "a number"
    default: "no JSON value"
    }
  }
}
