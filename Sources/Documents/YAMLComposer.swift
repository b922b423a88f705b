import Core

/// Makes the value of one document from a YAML reader's events, within `Document`'s limits.
struct YAMLComposer: ~Copyable {
  /// A value, and how many levels of lists and objects it has.
  private struct Composed {
    var node: DocumentNode
    var height: Int
  }

  private struct Anchored {
    var value: Composed
    var size: Int
  }

  private var reader: YAMLReader
  private var anchors: [String: Anchored] = [:]
  /// The number of values that are written.
  private var count = 0
  /// The size of what has been composed, as bytes of JSON, including what aliases stand for.
  private var size = 0
  /// The size of what aliases stand for.
  private var expanded = 0

  init(_ text: String) throws(DocumentFault) {
    reader = try YAMLReader(text)
  }

  /// The document's value; null if it has none.
  mutating func document() throws(DocumentFault) -> DocumentNode {
    _ = try reader.next()  // the stream's start
    guard try reader.next().kind == .documentStart else { return DocumentNode(.null) }
    let root = try value(try reader.next(), depth: 0).node
    _ = try reader.next()  // the document's end
    let end = try reader.next()
    guard end.kind == .streamEnd else {
      throw DocumentFault("expected one document, but found another one", at: end.place)
    }
    return root
  }

  private mutating func value(_ event: YAMLEvent, depth: Int) throws(DocumentFault) -> Composed {
    count += 1
    guard count <= Document.mostValues else {
      throw DocumentFault("it has more than \(Document.mostValues) values", at: event.place)
    }
    if case .alias(let name) = event.kind { return try alias(name, event, depth: depth) }
    let before = size
    size += 2
    var value = Composed(
      node: DocumentNode(.null, line: event.place.line, column: event.place.column), height: 0)
    switch event.kind {
    case .scalar(let scalar):
      value.node.content = try Self.content(of: scalar, event)
      value.node.text = scalar.text
      size += scalar.text.utf8.count
    case .sequenceStart:
      try checkCollection(event, depth: depth)
      value = try elements(of: value, depth: depth + 1)
    case .mappingStart:
      try checkCollection(event, depth: depth)
      value = try members(of: value, depth: depth + 1)
    case .streamStart, .documentStart, .alias, .end, .documentEnd, .streamEnd:
      throw DocumentFault("expected a value", at: event.place)
    }
    if let anchor = event.anchor {
      anchors[anchor] = Anchored(value: value, size: size - before)
    }
    return value
  }

  private mutating func alias(
    _ name: String, _ event: YAMLEvent, depth: Int
  ) throws(DocumentFault) -> Composed {
    // Inside an anchor's own value its alias is not defined yet, so no value contains itself.
    guard let anchored = anchors[name] else {
      throw DocumentFault(
        "found an alias '\(name.prefix(64))' that stands for nothing", at: event.place)
    }
    size += anchored.size
    expanded += anchored.size
    guard expanded <= Document.longest else {
      throw DocumentFault(
        "its aliases stand for more than \(Document.longest) bytes", at: event.place)
    }
    guard depth + anchored.value.height <= Document.deepest else {
      throw Self.tooDeep(at: event.place)
    }
    return anchored.value
  }

  private mutating func elements(
    of list: Composed, depth: Int
  ) throws(DocumentFault) -> Composed {
    var list = list
    var elements: [DocumentNode] = []
    while true {
      let event = try reader.next()
      if event.kind == .end { break }
      let element = try value(event, depth: depth)
      list.height = max(list.height, element.height)
      elements.append(element.node)
    }
    list.height += 1
    list.node.content = .array(elements)
    return list
  }

  private mutating func members(
    of object: Composed, depth: Int
  ) throws(DocumentFault) -> Composed {
    var object = object
    var members: [DocumentNode.Member] = []
    var names: Set<String> = []
    var merged: [DocumentNode.Member] = []
    while true {
      let event = try reader.next()
      if event.kind == .end { break }
      guard case .scalar(let name) = event.kind else {
        throw DocumentFault("expected a text as a member's name", at: event.place)
      }
      guard names.insert(name.text).inserted else {
        throw DocumentFault(
          "the member '\(name.text.prefix(64))' is given twice", at: event.place)
      }
      size += name.text.utf8.count + 4
      let next = try reader.next()
      let value = try value(next, depth: depth)
      object.height = max(object.height, value.height)
      if name.text == "<<", name.isPlain {
        merged = try Self.members(mergedFrom: value.node, at: next.place)
        continue
      }
      members.append(
        DocumentNode.Member(
          name: name.text, line: event.place.line, column: event.place.column, value: value.node))
    }
    // An object's own members win over merged ones. Of the merged ones the first wins.
    for member in merged where names.insert(member.name).inserted { members.append(member) }
    object.height += 1
    object.node.content = .object(members)
    return object
  }

  /// What `<<` merges: the members of an object, or of several. YAML's "Merge Key Language-Independent Type".
  private static func members(
    mergedFrom value: DocumentNode, at place: DocumentPlace
  ) throws(DocumentFault) -> [DocumentNode.Member] {
    let objects: [DocumentNode]
    if case .array(let elements) = value.content { objects = elements } else { objects = [value] }
    var members: [DocumentNode.Member] = []
    for object in objects {
      guard case .object(let some) = object.content else {
        throw DocumentFault(
          "expected an object or a list of objects to merge, but found \(object.words)", at: place)
      }
      members += some
    }
    return members
  }

  private func checkCollection(_ event: YAMLEvent, depth: Int) throws(DocumentFault) {
    guard depth < Document.deepest else { throw Self.tooDeep(at: event.place) }
    if let tag = event.tag { throw Self.unknown(tag, at: event.place) }
  }

  /// YAML 1.2.2 §10.3.2, the core schema: the form of a plain scalar decides its type. A quoted scalar is a string, and
  /// so is one with the tag of strings.
  private static func content(
    of scalar: YAMLEvent.Scalar, _ event: YAMLEvent
  ) throws(DocumentFault) -> DocumentNode.Content {
    let text = scalar.text
    switch event.tag {
    case nil: break
    case "!", "tag:yaml.org,2002:str": return .string(text)
    case .some(let tag): throw Self.unknown(tag, at: event.place)
    }
    guard scalar.isPlain else { return .string(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    guard let first = text.utf8.first, ASCII.isDigit(first) || first == ASCII.hyphen,
      text.utf8.allSatisfy({ ASCII.isDigit($0) || numberMarks.contains($0) })
    else { return .string(text) }
    return DocumentNode.Content(number: text)
  }

  private static let numberMarks = Array("+-.Ee".utf8)

  private static func tooDeep(at place: DocumentPlace) -> DocumentFault {
    DocumentFault("it is nested deeper than \(Document.deepest) levels", at: place)
  }

  private static func unknown(_ tag: String, at place: DocumentPlace) -> DocumentFault {
    DocumentFault("found the tag '\(tag.prefix(64))'; '!!str' is the one that is known", at: place)
  }
}
