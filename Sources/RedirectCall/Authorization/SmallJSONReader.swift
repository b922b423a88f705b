import Core

/// Reads one `SmallJSON` text. RFC 8259.
struct SmallJSONReader {
  private var offset = 0

  mutating func text(_ bytes: Span<UInt8>) throws(SmallJSON.Fault) -> SmallJSON {
    skipSpace(bytes)
    let value = try value(bytes, depth: 0)
    skipSpace(bytes)
    guard offset == bytes.count else { throw fault("something after the value") }
    return value
  }

  private func fault(_ reason: String) -> SmallJSON.Fault {
    SmallJSON.Fault(offset: offset, reason: reason)
  }

  private func peek(_ bytes: Span<UInt8>) -> UInt8? {
    offset < bytes.count ? bytes[offset] : nil
  }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while let byte = peek(bytes), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      offset += 1
    }
  }

  private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard peek(bytes) == byte else { return false }
    offset += 1
    return true
  }

  private mutating func value(
    _ bytes: Span<UInt8>, depth: Int
  ) throws(SmallJSON.Fault) -> SmallJSON {
    guard depth < SmallJSON.depthLimit else {
      throw fault("more than \(SmallJSON.depthLimit) levels")
    }
    switch peek(bytes) {
    case 0x7B: return try object(bytes, depth: depth)
    case 0x5B: return try array(bytes, depth: depth)
    case 0x22: return .string(try string(bytes))
    case 0x74: return try word("true", .bool(true), bytes)
    case 0x66: return try word("false", .bool(false), bytes)
    case 0x6E: return try word("null", .null, bytes)
    case 0x2D, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39:
      return try number(bytes)
    default: throw fault("no JSON value")
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: SmallJSON, _ bytes: Span<UInt8>
  ) throws(SmallJSON.Fault) -> SmallJSON {
    let end = offset + word.utf8CodeUnitCount
    guard end <= bytes.count, bytes.holds(word, in: offset..<end) else {
      throw fault("no JSON value")
    }
    offset = end
    return value
  }

  private mutating func object(
    _ bytes: Span<UInt8>, depth: Int
  ) throws(SmallJSON.Fault) -> SmallJSON {
    offset += 1
    var members: [SmallJSON.Member] = []
    skipSpace(bytes)
    if take(0x7D, bytes) { return .object(members) }
    while true {
      guard members.count < SmallJSON.memberLimit else {
        throw fault("more than \(SmallJSON.memberLimit) members")
      }
      guard peek(bytes) == 0x22 else { throw fault("no member name") }
      let name = try string(bytes)
      guard !members.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
        throw fault("the member \(name) for the second time")
      }
      skipSpace(bytes)
      guard take(0x3A, bytes) else { throw fault("no ':'") }
      skipSpace(bytes)
      members.append(.init(name: name, value: try value(bytes, depth: depth + 1)))
      skipSpace(bytes)
      if take(0x7D, bytes) { return .object(members) }
      guard take(0x2C, bytes) else { throw fault("neither ',' nor '}'") }
      skipSpace(bytes)
    }
  }

  private mutating func array(
    _ bytes: Span<UInt8>, depth: Int
  ) throws(SmallJSON.Fault) -> SmallJSON {
    offset += 1
    var elements: [SmallJSON] = []
    skipSpace(bytes)
    if take(0x5D, bytes) { return .array(elements) }
    while true {
      guard elements.count < SmallJSON.memberLimit else {
        throw fault("more than \(SmallJSON.memberLimit) elements")
      }
      elements.append(try value(bytes, depth: depth + 1))
      skipSpace(bytes)
      if take(0x5D, bytes) { return .array(elements) }
      guard take(0x2C, bytes) else { throw fault("neither ',' nor ']'") }
      skipSpace(bytes)
    }
  }

  private mutating func digits(_ bytes: Span<UInt8>) throws(SmallJSON.Fault) {
    let start = offset
    while let byte = peek(bytes), byte >= 0x30, byte <= 0x39 { offset += 1 }
    guard offset > start else { throw fault("no digit") }
  }

  private mutating func number(_ bytes: Span<UInt8>) throws(SmallJSON.Fault) -> SmallJSON {
    let start = offset
    _ = take(0x2D, bytes)
    if !take(0x30, bytes) { try digits(bytes) }
    var isInteger = true
    if take(0x2E, bytes) {
      isInteger = false
      try digits(bytes)
    }
    if take(0x65, bytes) || take(0x45, bytes) {
      isInteger = false
      if !take(0x2B, bytes) { _ = take(0x2D, bytes) }
      try digits(bytes)
    }
    var text = ""
    for index in start..<offset { text.unicodeScalars.append(.init(bytes[index])) }
    if isInteger, let integer = Int64(text) { return .integer(integer) }
    guard let decimal = Double(text), decimal.isFinite else { throw fault("a number too large") }
    return .decimal(decimal)
  }

  private mutating func string(_ bytes: Span<UInt8>) throws(SmallJSON.Fault) -> String {
    offset += 1
    var content: [UInt8] = []
    while let byte = peek(bytes) {
      switch byte {
      case 0x22:
        guard let text = String(validating: content, as: UTF8.self) else {
          throw fault("a string that is not UTF-8")
        }
        offset += 1
        return text
      case 0x5C:
        offset += 1
        try escape(bytes, &content)
      case 0..<0x20: throw fault("a control character in a string")
      default:
        content.append(byte)
        offset += 1
      }
    }
    throw fault("a string without end")
  }

  private mutating func escape(
    _ bytes: Span<UInt8>, _ content: inout [UInt8]
  ) throws(SmallJSON.Fault) {
    guard let byte = peek(bytes) else { throw fault("a string without end") }
    offset += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: content.append(byte)
    case 0x62: content.append(0x08)
    case 0x66: content.append(0x0C)
    case 0x6E: content.append(0x0A)
    case 0x72: content.append(0x0D)
    case 0x74: content.append(0x09)
    case 0x75:
      var code = try hexadecimal(bytes)
      if code >= 0xD800, code < 0xDC00 {
        guard take(0x5C, bytes), take(0x75, bytes) else { throw fault("a lone surrogate") }
        let low = try hexadecimal(bytes)
        guard low >= 0xDC00, low < 0xE000 else { throw fault("a lone surrogate") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw fault("a lone surrogate") }
      content.append(contentsOf: Character(scalar).utf8)
    default: throw fault("an unknown escape")
    }
  }

  private mutating func hexadecimal(_ bytes: Span<UInt8>) throws(SmallJSON.Fault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(bytes), let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
        byte < 0x80
      else { throw fault("no hexadecimal digit") }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }
}
