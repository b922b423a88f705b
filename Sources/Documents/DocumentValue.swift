import Core

/// A value of a document while it is read. Each method returns the value, or records an issue and returns nil, so that
/// one reading finds all issues.
package struct DocumentValue {
  package let node: DocumentNode
  /// The path to it: `rules[2].respond.status`; empty for the document itself.
  package let target: String
  package let issues: IssueList

  package init(_ node: DocumentNode, target: String = "", issues: IssueList) {
    self.node = node
    self.target = target
    self.issues = issues
  }

  /// Records that something is wrong with this value.
  package func refuse(_ message: String) {
    issues.add(message, at: node, target: target)
  }

  /// Records that this is not allowed here, and what is.
  package func refuse(expected: String) {
    refuse("Expected \(expected), found \(node.words).")
  }

  /// A string; a number or boolean that somebody forgot to quote is refused.
  package func string() -> String? {
    if case .string(let text) = node.content { return text }
    refuse(expected: "a string")
    return nil
  }

  /// A string, or a number or boolean as it was written.
  package func text() -> String? {
    switch node.content {
    case .string, .integer, .number, .bool: return node.text
    case .null, .array, .object:
      refuse(expected: "a text")
      return nil
    }
  }

  package func bool() -> Bool? {
    if case .bool(let value) = node.content { return value }
    refuse(expected: "true or false")
    return nil
  }

  /// A whole number within `range`.
  package func integer(in range: ClosedRange<Int>) -> Int? {
    if case .integer(let value) = node.content, range.contains(value) { return value }
    let least = range.lowerBound == .min ? "" : " from \(range.lowerBound)"
    let most = range.upperBound == .max ? "" : " to \(range.upperBound)"
    refuse(expected: "a whole number\(least)\(most)")
    return nil
  }

  /// A number that is finite and not negative.
  package func number() -> Double? {
    switch node.content {
    case .integer(let value) where value >= 0: return Double(value)
    case .number(let value) where value >= 0 && value.isFinite: return value
    default:
      refuse(expected: "a number that is not negative")
      return nil
    }
  }

  /// A duration such as `250ms`.
  package func duration(
    atLeast least: DurationText = DurationText(nanoseconds: 0), atMost most: DurationText? = nil
  ) -> DurationText? {
    guard let value = parsed(expected: DurationText.expectedForm, { DurationText($0) }) else {
      return nil
    }
    if value.nanoseconds < least.nanoseconds {
      refuse("\(value) is too short; \(least) is the least.")
      return nil
    }
    if let most, value.nanoseconds > most.nanoseconds {
      refuse("\(value) is too long; \(most) is the most.")
      return nil
    }
    return value
  }

  /// A duration such as `250ms`, or `-250ms`.
  package func signedDuration() -> Duration? {
    parsed(expected: DurationText.expectedForm) { text in
      guard text.hasPrefix("-") else { return DurationText(text)?.duration }
      return DurationText(String(text.dropFirst())).map { .zero - $0.duration }
    }
  }

  /// A size such as `16KiB`, or a plain number of bytes.
  package func byteCount(in range: ClosedRange<Int>) -> Int? {
    guard
      let value = parsed(expected: "a size such as 512 or 16KiB", { ByteCount($0) })
    else { return nil }
    guard range.contains(value.bytes) else {
      refuse(
        "\(value) is out of bounds; \(range.lowerBound) to \(range.upperBound) bytes are allowed.")
      return nil
    }
    return value.bytes
  }

  /// A text in a special form.
  ///
  /// - Parameters:
  ///   - expected: the form in words.
  ///   - parse: nil for what does not have the form.
  package func parsed<Value>(expected: String, _ parse: (String) -> Value?) -> Value? {
    switch node.content {
    case .string, .integer, .number:
      if let value = parse(node.text) { return value }
    case .null, .bool, .array, .object: break
    }
    refuse(expected: expected)
    return nil
  }

  /// One of a few names.
  package func name(among names: [String], what: String) -> String? {
    guard case .string(let name) = node.content else {
      refuse(expected: "one of " + names.joined(separator: ", "))
      return nil
    }
    if names.contains(name) { return name }
    refuse("There is no \(what) '\(name.prefix(64))'." + NearestName.hint(for: name, among: names))
    return nil
  }

  /// A list's elements.
  package func array(atMost most: Int) -> [DocumentValue]? {
    guard case .array(let elements) = node.content else {
      refuse(expected: "a list")
      return nil
    }
    guard elements.count <= most else {
      refuse("The list has \(elements.count) elements; \(most) are the most.")
      return nil
    }
    return elements.enumerated().map { index, element in
      DocumentValue(element, target: "\(target)[\(index)]", issues: issues)
    }
  }

  /// An object with members of these names. Each other member is refused, and the message suggests the nearest name.
  ///
  /// - Parameter prefix: members with names that begin with it are skipped.
  package func object(_ names: [String], passing prefix: String? = nil) -> ObjectReader? {
    guard let reader = anyObject() else { return nil }
    // Each message costs a comparison with every name. After this many, no more are kept.
    for member in reader.members where !names.contains(member.name) && !issues.isFull {
      if let prefix, member.name.hasPrefix(prefix) { continue }
      issues.add(
        "There is no member '\(member.name.prefix(64))'."
          + NearestName.hint(for: member.name, among: names),
        at: DocumentNode(.null, line: member.line, column: member.column),
        target: reader.path(member.name))
    }
    return reader
  }

  /// An object with members of any name.
  package func anyObject() -> ObjectReader? {
    guard case .object(let members) = node.content else {
      refuse(expected: "an object")
      return nil
    }
    return ObjectReader(members: members, value: self)
  }
}
