import YAML

/// Makes the value of one document of a YAML reader's events, within `Document`'s bounds.
struct DocumentComposer: ~Copyable {
  private struct Anchored {
    var node: DocumentNode
    /// How many values it is made of, counting what aliases stand for each time.
    var count: Int
  }

  private var reader: YAMLReader
  private var anchors: [String: Anchored] = [:]
  private var count = 0

  init(_ text: String) throws(YAMLError) {
    reader = try YAMLReader(text)
  }

  /// The document's value; null where it has none.
  mutating func document() throws(YAMLError) -> DocumentNode {
    _ = try reader.next()  // the stream's start
    guard try reader.next().kind == .documentStart else { return DocumentNode(.null) }
    let root = try node(try reader.next(), depth: 0)
    _ = try reader.next()  // the document's end
    let end = try reader.next()
    guard end.kind == .streamEnd else {
      throw YAMLError("expected one document, but found another one", at: end.mark)
    }
    return root
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> DocumentNode {
    try add(1, at: event.mark)
    let before = count
    var node = DocumentNode(.null, line: event.mark.line, column: event.mark.column)
    switch event.kind {
    case .alias(let name):
      // An anchor's own value is not complete within it, so that nothing holds itself.
      guard let anchored = anchors[name] else {
        throw YAMLError("found an alias '\(name)' that stands for nothing", at: event.mark)
      }
      try add(anchored.count - 1, at: event.mark)
      return anchored.node
    case .scalar(let scalar):
      node.content = try content(of: scalar, event)
      node.text = scalar.text
    case .sequenceStart:
      try checkCollection(event, depth: depth)
      node.content = .array(try elements(depth: depth + 1))
    case .mappingStart:
      try checkCollection(event, depth: depth)
      node.content = .object(try members(depth: depth + 1))
    case .streamStart, .documentStart, .end, .documentEnd, .streamEnd:
      throw YAMLError("expected a value", at: event.mark)
    }
    if let anchor = event.anchor {
      anchors[anchor] = Anchored(node: node, count: count - before + 1)
    }
    return node
  }

  private mutating func elements(depth: Int) throws(YAMLError) -> [DocumentNode] {
    var elements: [DocumentNode] = []
    while true {
      let event = try reader.next()
      if event.kind == .end { return elements }
      elements.append(try node(event, depth: depth))
    }
  }

  private mutating func members(depth: Int) throws(YAMLError) -> [DocumentNode.Member] {
    var members: [DocumentNode.Member] = []
    var names: Set<String> = []
    while true {
      let event = try reader.next()
      if event.kind == .end { return members }
      guard case .scalar(let name) = event.kind else {
        throw YAMLError("expected a text as a member's name", at: event.mark)
      }
      guard names.insert(name.text).inserted else {
        throw YAMLError("the member '\(name.text.prefix(64))' is given twice", at: event.mark)
      }
      members.append(
        DocumentNode.Member(
          name: name.text, line: event.mark.line, column: event.mark.column,
          value: try node(try reader.next(), depth: depth)))
    }
  }

  private mutating func add(_ values: Int, at mark: YAMLMark) throws(YAMLError) {
    count += values
    guard count <= Document.mostValues else {
      throw YAMLError("it has more than \(Document.mostValues) values", at: mark)
    }
  }

  private func checkCollection(_ event: YAMLEvent, depth: Int) throws(YAMLError) {
    guard depth < Document.deepest else {
      throw YAMLError("it is nested deeper than \(Document.deepest) levels", at: event.mark)
    }
    if let tag = event.tag { throw Self.unknown(tag, at: event.mark) }
  }

  /// YAML 1.2.2 §10.3.2, the core schema: what a plain scalar is, by its looks; a quoted one is a string, and so is
  /// one that is tagged as such.
  private func content(
    of scalar: YAMLEvent.Scalar, _ event: YAMLEvent
  ) throws(YAMLError) -> DocumentNode.Content {
    let text = scalar.text
    switch event.tag {
    case nil: break
    case "!", "tag:yaml.org,2002:str": return .string(text)
    case .some(let tag): throw Self.unknown(tag, at: event.mark)
    }
    guard scalar.isPlain else { return .string(text) }
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

  private static func unknown(_ tag: String, at mark: YAMLMark) -> YAMLError {
    YAMLError("found the tag '\(tag.prefix(64))'; '!!str' is the one that is known", at: mark)
  }
}
