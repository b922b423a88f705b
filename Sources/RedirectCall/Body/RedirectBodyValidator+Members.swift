import Core
import Documents

extension RedirectBodyValidator {
  /// The contract's name that a member has, if it is one; escapes in it are resolved first.
  @inline(__always)
  func memberName(_ name: JSONText, _ bytes: Span<UInt8>) -> MemberName? {
    if name.hasEscapes {
      let text = name.bytes(in: bytes)
      return MemberName(text.span, in: 0..<text.count)
    }
    return MemberName(bytes, in: name.range)
  }

  /// Records a member of the contract. A second one with the same name is a fault.
  @inline(__always)
  mutating func note(_ name: MemberName, in names: inout MemberNames) throws(JSONFault) {
    if !names.insert(name) { duplicate(name.description) }
  }

  /// Reads a member that must be a string. null counts as absent.
  @inline(__always)
  mutating func string(_ name: MemberName, _ bytes: Span<UInt8>) throws(JSONFault) -> Presence {
    guard bytes[scanner.position] != ASCII.quotationMark else {
      return .present(try scanner.string(bytes))
    }
    return try notAString(name, bytes)
  }

  private mutating func notAString(_ name: MemberName, _ bytes: Span<UInt8>) throws(JSONFault)
    -> Presence
  {
    if try skipNull(bytes) { return .absent }
    try wrongType(name, expected: "a string", bytes)
    return .wrong
  }

  /// Passes a member that must be true or false. null counts as absent.
  /// - Returns: whether it is true.
  mutating func boolean(_ name: MemberName, _ bytes: Span<UInt8>) throws(JSONFault) -> Bool {
    let byte = bytes[scanner.position]
    if byte == UInt8(ascii: "t") || byte == UInt8(ascii: "f") {
      try scanner.literal(bytes)
      return byte == UInt8(ascii: "t")
    }
    if try !skipNull(bytes) { try wrongType(name, expected: "true or false", bytes) }
    return false
  }

  /// Whether an object begins at the position. If not, the value is passed; it is a fault unless it is null.
  /// - Parameter isThere: set unless the value is null.
  mutating func beginsObject(
    _ name: MemberName, _ bytes: Span<UInt8>, setting isThere: inout Bool
  ) throws(JSONFault) -> Bool {
    if bytes[scanner.position] == ASCII.leftBrace {
      isThere = true
      return true
    }
    if try skipNull(bytes) { return false }
    isThere = true
    try wrongType(name, expected: "an object", bytes)
    return false
  }

  /// A required string: a fault where it is absent or empty.
  @inline(__always)
  mutating func require(_ name: MemberName, _ presence: Presence) {
    switch presence {
    case .wrong: break
    case .present(let text):
      if text.isEmpty { faults.add(name.description, "\(name) must not be an empty string.") }
    case .absent:
      faults.add(name.description, "\(name) is required and must be a string that is not empty.")
    }
  }

  private mutating func wrongType(
    _ name: MemberName, expected: String, _ bytes: Span<UInt8>
  ) throws(JSONFault) {
    let found = Self.nameOfType(bytes[scanner.position])
    let before = faults.count
    try skipValue(bytes)
    faults.prefix(name.description, since: before)
    faults.add(name.description, "\(name) must be \(expected), but is \(found).")
  }

  mutating func duplicate(_ path: String) {
    faults.add(path, "\(path) is given more than once; a member may be given once.")
  }

  private mutating func skipNull(_ bytes: Span<UInt8>) throws(JSONFault) -> Bool {
    guard bytes[scanner.position] == UInt8(ascii: "n") else { return false }
    try scanner.literal(bytes)
    return true
  }
}

/// The result of looking for a member.
enum Presence {
  /// Not there, or null.
  case absent
  /// Of another type, which is already reported.
  case wrong
  case present(JSONText)

  var isAbsent: Bool {
    if case .absent = self { true } else { false }
  }

  var text: JSONText? {
    if case .present(let text) = self { text } else { nil }
  }
}
