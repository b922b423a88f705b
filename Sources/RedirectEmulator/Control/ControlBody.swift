import Core
import Documents
import Scenarios

/// The members of a call's body, each read as what it has to be; a member that the call does not have is refused
/// by name. JSON is read by JSON's rules; a body that is not JSON, or of a YAML type, is read as YAML.
struct ControlBody {
  private let reader: ObjectReader
  private let names: [String]

  /// - Parameters:
  ///   - names: all that the object may have.
  ///   - isRequired: whether an empty body is refused, instead of being an object without members.
  init(_ call: ControlAPI.Call, names: [String], isRequired: Bool = true) throws(ControlError) {
    let document: DocumentNode
    if call.body.isEmpty, !isRequired {
      document = DocumentNode(.object([]))
    } else {
      guard let text = String(validating: call.body, as: UTF8.self) else {
        throw Self.invalid("it is not UTF-8", names)
      }
      do throws(DocumentErrors) {
        document = try Document.parse(text, as: DocumentFormat(contentType: call.contentType))
      } catch {
        throw Self.invalid(error.issues.map(\.description).joined(separator: " "), names)
      }
    }
    guard let reader = DocumentValue(document, issues: IssueList()).anyObject() else {
      throw Self.invalid("it is not an object", names)
    }
    try self.init(reader, names: names)
  }

  private init(_ reader: ObjectReader, names: [String]) throws(ControlError) {
    for member in reader.members where !names.contains(member.name) {
      throw .unknownName(
        member.name, among: names, what: "member", target: reader.path(member.name))
    }
    self.reader = reader
    self.names = names
  }

  private static func invalid(_ reason: String, _ names: [String]) -> ControlError {
    // The message of a document's reader is a whole sentence.
    let sentence = reason.hasSuffix(".") ? reason : reason + "."
    return ControlError(
      status: 400, code: "InvalidJSON",
      message:
        "The body cannot be read: \(sentence) Expected a JSON object with \(names.joined(separator: ", "))."
    )
  }

  /// Reads a member with a function; nil if it is absent or null.
  ///
  /// - Throws: what the function finds wrong with it.
  private func ask<Value>(
    _ name: String, _ question: (DocumentValue) -> Value?
  ) throws(ControlError) -> Value? {
    guard let value = reader[name] else { return nil }
    let result = question(value)
    if let issue = value.issues.issues.first {
      throw .invalid(issue.target, "\(issue.target): \(issue.message)")
    }
    return result
  }

  /// Whether a member is there, with any value.
  func has(_ name: String) -> Bool { reader[name] != nil }

  /// Whether a member is a string.
  func isString(_ name: String) -> Bool { reader[name]?.node.string != nil }

  func string(_ name: String) throws(ControlError) -> String? {
    try ask(name) { $0.string() }
  }

  func strings(_ name: String) throws(ControlError) -> [String]? {
    try ask(name) { $0.array(atMost: .max)?.compactMap { $0.string() } }
  }

  func flag(_ name: String) throws(ControlError) -> Bool? {
    try ask(name) { $0.bool() }
  }

  func integer(_ name: String) throws(ControlError) -> Int? {
    try ask(name) { $0.integer(in: .min ... .max) }
  }

  /// Whole numbers, and null if there was no response.
  func integers(_ name: String) throws(ControlError) -> [Int?]? {
    try ask(name) { list in
      list.array(atMost: .max)?.map { $0.node.isNull ? nil : $0.integer(in: .min ... .max) }
    }
  }

  /// A number, or text such as `1..3`.
  func count(_ name: String) throws(ControlError) -> ExpectedCount? {
    try ask(name) {
      $0.parsed(expected: ExpectedCount.expectedForm, { ExpectedCount($0) })
    }
  }

  /// - Parameter signed: whether a minus may be before it.
  func duration(_ name: String, signed: Bool = false) throws(ControlError) -> Duration? {
    try ask(name) { signed ? $0.signedDuration() : $0.duration()?.duration }
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, of type: Choice.Type)
    throws(ControlError) -> Choice? where Choice.RawValue == String
  {
    try ask(name) {
      $0.parsed(
        expected: "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "),
        { Choice(rawValue: $0) })
    }
  }

  /// Choices, and null if there was nothing.
  func choices<Choice: RawRepresentable & CaseIterable>(_ name: String, of type: Choice.Type)
    throws(ControlError) -> [Choice?]? where Choice.RawValue == String
  {
    let expected = "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
    return try ask(name) { list in
      list.array(atMost: .max)?.map { value in
        value.node.isNull
          ? nil : value.parsed(expected: expected + ", or null", { Choice(rawValue: $0) })
      }
    }
  }

  /// Any value, as it is; nil if it is absent or null.
  func node(_ name: String) -> DocumentNode? { reader[name]?.node }

  func object(_ name: String, names: [String]) throws(ControlError) -> ControlBody? {
    guard let object = try ask(name, { $0.anyObject() }) else { return nil }
    return try ControlBody(object, names: names)
  }

  /// Names and values as text, for what is read like query parameters.
  func pairs() throws(ControlError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for name in names {
      if let text = try ask(name, { $0.parsed(expected: "a string or a whole number", { $0 }) }) {
        pairs.append((name, text))
      }
    }
    return pairs
  }

  /// A scenario, as a part of the body or as the text of one.
  ///
  /// - Throws: ``DocumentErrors`` with all that is wrong; places in a part are those in the body.
  func scenario(_ name: String) throws(DocumentErrors) -> Scenario? {
    guard let value = reader[name] else { return nil }
    if let text = value.node.string { return try ScenarioDecoder.decode(text) }
    let scenario = ScenarioDecoder.scenario(value)
    try value.issues.check()
    return scenario
  }

  func refused(_ name: String, _ expected: String) -> ControlError {
    let path = reader.path(name)
    return ControlError.invalid(path, "'\(path)' must be \(expected).")
  }
}
