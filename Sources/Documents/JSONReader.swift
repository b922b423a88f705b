import Core

/// Reads one JSON text into a tree. RFC 8259; a member that is given twice is refused.
package struct JSONReader {
  /// What a text may hold at most.
  package struct Limits: Sendable {
    /// Levels of objects and arrays.
    package var depth: Int
    /// Values in all.
    package var values: Int

    package init(depth: Int, values: Int) {
      self.depth = depth
      self.values = values
    }
  }

  private let limits: Limits
  private var scanner: JSONScanner
  private var values = 0
  /// How far the text's lines have been counted, and where that is.
  private var counted = 0
  private var place = DocumentPlace(line: 1, column: 1)

  private init(limits: Limits) {
    self.limits = limits
    scanner = JSONScanner(depthLimit: limits.depth)
  }

  /// - Throws: the first place where the bytes are not JSON, or exceed the limits.
  package static func read(
    _ bytes: Span<UInt8>, limits: Limits
  ) throws(DocumentFault) -> DocumentNode {
    var reader = JSONReader(limits: limits)
    do throws(JSONFault) {
      let root = try reader.value(bytes)
      guard reader.scanner.peek(bytes) == nil else { throw reader.scanner.fault(.trailing) }
      return root
    } catch {
      throw DocumentFault(
        error.reason(in: bytes, called: "text", of: "value"), at: error.place(in: bytes))
    }
  }

  private mutating func value(_ bytes: Span<UInt8>) throws(JSONFault) -> DocumentNode {
    guard let byte = scanner.peek(bytes) else {
      throw scanner.fault(.unexpected(expected: .value))
    }
    values += 1
    guard values <= limits.values else {
      throw scanner.fault(.other("it has more than \(limits.values) values"))
    }
    move(to: scanner.position, bytes)
    var node = DocumentNode(.null, line: place.line, column: place.column)
    let start = scanner.position
    switch byte {
    case ASCII.leftBrace: node.content = .object(try members(bytes))
    case ASCII.leftBracket: node.content = .array(try elements(bytes))
    case ASCII.quotationMark:
      node.text = try scanner.string(bytes).string(in: bytes)
      node.content = .string(node.text)
    case ASCII.hyphen, ASCII.zero...ASCII.nine:
      try scanner.number(bytes)
      node.text = bytes.string(in: start..<scanner.position)
      node.content = DocumentNode.Content(number: node.text)
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      try scanner.literal(bytes)
      node.text = bytes.string(in: start..<scanner.position)
      if byte != UInt8(ascii: "n") { node.content = .bool(byte == UInt8(ascii: "t")) }
    default: throw scanner.fault(.unexpected(expected: .value))
    }
    return node
  }

  private mutating func members(_ bytes: Span<UInt8>) throws(JSONFault) -> [DocumentNode.Member] {
    try scanner.open()
    var members: [DocumentNode.Member] = []
    var names = MemberNameSet()
    while true {
      // The name begins after a comma and white space. Its place is known only once it has been passed.
      guard let text = try scanner.nextMember(bytes, isFirst: members.isEmpty) else {
        return members
      }
      let start = text.range.lowerBound &- 1
      move(to: start, bytes)
      let (line, column) = (place.line, place.column)
      let name = text.string(in: bytes)
      guard names.insert(name, among: members) else {
        throw JSONFault(
          problem: .other("the member '\(name.prefix(64))' is given twice"), position: start)
      }
      members.append(
        DocumentNode.Member(name: name, line: line, column: column, value: try value(bytes)))
    }
  }

  private mutating func elements(_ bytes: Span<UInt8>) throws(JSONFault) -> [DocumentNode] {
    try scanner.open()
    var elements: [DocumentNode] = []
    while try scanner.nextElement(bytes, isFirst: elements.isEmpty) {
      elements.append(try value(bytes))
    }
    return elements
  }

  private mutating func move(to position: Int, _ bytes: Span<UInt8>) {
    place.pass(counted..<position, of: bytes)
    counted = position
  }
}

/// The names that an object has so far, by their bytes. Most objects are small: their names are compared one by one.
private struct MemberNameSet {
  private var names: Set<[UInt8]> = []

  /// - Parameter members: the members before this one. Their names are in the set.
  /// - Returns: false if the name is already there.
  mutating func insert(_ name: String, among members: [DocumentNode.Member]) -> Bool {
    guard members.count >= 16 else {
      return !members.contains { $0.name.utf8.elementsEqual(name.utf8) }
    }
    if names.isEmpty { names = Set(members.map { Array($0.name.utf8) }) }
    return names.insert(Array(name.utf8)).inserted
  }
}

extension DocumentPlace {
  /// Moves on over these bytes. LF, CR and CR LF each end a line; columns are counted in characters.
  mutating func pass(_ range: Range<Int>, of bytes: Span<UInt8>) {
    for index in range {
      let byte = bytes[index]
      if byte == ASCII.lineFeed
        || (byte == ASCII.carriageReturn
          && !(index + 1 < bytes.count && bytes[index + 1] == ASCII.lineFeed))
      {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
  }
}
