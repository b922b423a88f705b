import Yams

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
    if let tooDeep = DocumentShape.fault(in: text) { throw ScenarioErrors([tooDeep]) }
    let (joined, joints) = joiningSurrogates(text)
    let root: Node?
    do {
      root = try Yams.compose(yaml: joined)
    } catch let error as YamlError {
      var errors = failure(error)
      for index in errors.issues.indices {
        let issue = errors.issues[index]
        errors.issues[index].column = joints.column(issue.column, line: issue.line)
      }
      throw errors
    } catch {
      throw failure("The document cannot be read: \(error).", 1, 1)
    }
    guard let root else { return DocumentNode(.null) }
    var left = mostValues
    var document = try node(root, &left)
    if !joints.isEmpty { document.moveColumns(joints) }
    return document
  }

  private static func node(_ node: Node, _ left: inout Int) throws(ScenarioErrors) -> DocumentNode {
    let line = node.mark?.line ?? 1
    let column = node.mark?.column ?? 1
    left -= 1
    guard left >= 0 else {
      throw failure("The document has more than \(mostValues) values.", line, column)
    }
    switch node {
    case .scalar(let scalar):
      return DocumentNode(
        content(of: scalar), text: scalar.string, line: line, column: column)
    case .sequence(let sequence):
      var elements: [DocumentNode] = []
      for element in sequence { elements.append(try Self.node(element, &left)) }
      return DocumentNode(.array(elements), line: line, column: column)
    case .mapping(let mapping):
      var members: [DocumentNode.Member] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw failure(
            "A member's name is a text.", key.mark?.line ?? line, key.mark?.column ?? column)
        }
        members.append(
          DocumentNode.Member(
            name: name.string, line: name.mark?.line ?? line, column: name.mark?.column ?? column,
            value: try Self.node(value, &left)))
      }
      return DocumentNode(.object(members), line: line, column: column)
    case .alias:
      throw failure("An alias stands for nothing here.", line, column)
    }
  }

  /// YAML 1.2.2 §10.3.2, the core schema: what a plain scalar is, by its looks; a quoted one is a string.
  private static func content(of scalar: Node.Scalar) -> DocumentNode.Content {
    let text = scalar.string
    guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    guard let first = text.utf8.first, (0x30...0x39).contains(first) || first == 0x2D,
      text.utf8.allSatisfy({
        (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
      })
    else { return .string(text) }
    if let integer = Int(text) { return .integer(integer) }
    return Double(text).map { .number($0) } ?? .string(text)
  }

  private static func failure(_ error: YamlError) -> ScenarioErrors {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let text = context.map { "\($0.text.trimmed) " } ?? ""
      return failure(
        "This is neither YAML nor JSON: \(text)\(problem.trimmed).", mark.line, mark.column)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return failure(
        "A member is given twice: \(duplicates.joined(separator: ", ")).",
        max(context.mark.line, 1), max(context.mark.column, 1))
    case .reader(let problem, _, _, _):
      return failure("The document cannot be read: \(problem.trimmed).", 1, 1)
    default:
      return failure("The document cannot be read: \(error).", 1, 1)
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

extension String {
  /// Without white space around it.
  fileprivate var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace ?? false { text.removeFirst() }
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }
}
