import YAML

/// A document in YAML or JSON, read by one reader since JSON is YAML.
package enum Document {
  /// Largest text that is read, in bytes.
  package static let longest = 1 << 20
  /// Deepest nesting.
  package static let deepest = 64
  /// Most values, counting what an alias stands for each time.
  package static let mostValues = 100_000

  /// Reads a document; one without content is null.
  ///
  /// - Throws: the one place where it cannot be read on.
  package static func parse(_ text: String) throws(ScenarioErrors) -> DocumentNode {
    guard text.utf8.count <= longest else {
      throw failure("The document has \(text.utf8.count) bytes; \(longest) are the most.", 1, 1)
    }
    let (joined, joints) = joiningSurrogates(text)
    do {
      var composer = try DocumentComposer(joined)
      var document = try composer.document()
      if !joints.isEmpty { document.moveColumns(joints) }
      return document
    } catch {
      throw failure(
        "This is no YAML or JSON that can be read: \(error.problem).", error.mark.line,
        joints.column(error.mark.column, line: error.mark.line))
    }
  }

  private static func failure(_ message: String, _ line: Int, _ column: Int) -> ScenarioErrors {
    ScenarioErrors([ScenarioIssue(message: message, line: line, column: column, target: "")])
  }

  /// libYAML refuses the two halves of a character that JSON escapes as `\ud83d\ude00`; both become one escape,
  /// which is shorter: the joints tell where.
  private static func joiningSurrogates(_ text: String) -> (text: String, joints: EscapeJoints) {
    guard text.utf8.first(where: { $0 != 0x20 && $0 != 0x0A }) == 0x7B, text.contains("\\u")
    else { return (text, EscapeJoints()) }
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var joints = EscapeJoints()
    var line = 1
    var column = 1
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x5C, let high = escape(bytes, index), (0xD800..<0xDC00).contains(high),
        let low = escape(bytes, index + 6), (0xDC00..<0xE000).contains(low)
      {
        let value = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
        let digits = String(value, radix: 16)
        output.append(
          contentsOf: "\\U\(String(repeating: "0", count: 8 - digits.count))\(digits)".utf8)
        joints.add(line: line, column: column)
        column += EscapeJoints.shortened
        index += 12
        continue
      }
      // An escaped backslash is no beginning of an escape.
      let count = bytes[index] == 0x5C && index + 1 < bytes.count ? 2 : 1
      for byte in bytes[index..<(index + count)] {
        output.append(byte)
        if byte == 0x0A {
          line += 1
          column = 1
        } else if byte & 0xC0 != 0x80 {
          column += 1
        }
      }
      index += count
    }
    return (String(decoding: output, as: UTF8.self), joints)
  }

  /// The value of `\uXXXX` at `index`.
  private static func escape(_ bytes: [UInt8], _ index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x75 else {
      return nil
    }
    return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}
