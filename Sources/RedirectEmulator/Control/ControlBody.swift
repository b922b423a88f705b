import Core
import Scenarios

/// The members of a call's JSON body, each read as what it has to be; a member that the call does not have is
/// refused by name. The document is read as scenario files are.
struct ControlBody {
  private var members: [String: DocumentNode]
  private let names: [String]
  /// Where the object stands, for messages: empty, or `where.` and the like.
  private let place: String

  /// - Parameters:
  ///   - names: all that the object may have.
  ///   - isRequired: whether an empty body is refused, instead of being an object without members.
  init(_ call: ControlAPI.Call, names: [String], isRequired: Bool = true) throws(ControlError) {
    if call.body.isEmpty, !isRequired {
      try self.init(members: [], names: names, place: "")
      return
    }
    guard let text = String(validating: call.body, as: UTF8.self) else {
      throw Self.invalid("it is not UTF-8", names)
    }
    let document: DocumentNode
    do throws(ScenarioErrors) {
      document = try Document.parse(text)
    } catch {
      throw Self.invalid(error.issues.map(\.description).joined(separator: " "), names)
    }
    guard case .object(let members) = document.content else {
      throw Self.invalid("it is no object", names)
    }
    try self.init(members: members, names: names, place: "")
  }

  private init(members: [DocumentNode.Member], names: [String], place: String) throws(ControlError)
  {
    self.members = [:]
    for member in members {
      guard names.contains(member.name) else {
        var error = ControlError.unknownName(member.name, among: names, what: "member")
        error.target = place + member.name
        throw error
      }
      if !member.value.isNull { self.members[member.name] = member.value }
    }
    self.names = names
    self.place = place
  }

  private static func invalid(_ reason: String, _ names: [String]) -> ControlError {
    ControlError(
      status: 400, code: "InvalidJSON",
      message:
        "The body cannot be read: \(reason). Expected a JSON object with \(names.joined(separator: ", "))."
    )
  }

  func string(_ name: String) throws(ControlError) -> String? {
    guard let value = members[name] else { return nil }
    guard case .string(let text) = value.content else { throw refused(name, "a string") }
    return text
  }

  func strings(_ name: String) throws(ControlError) -> [String]? {
    try list(name, of: "strings") { element in
      if case .string(let text) = element.content { text } else { nil }
    }
  }

  func flag(_ name: String) throws(ControlError) -> Bool? {
    guard let value = members[name] else { return nil }
    guard case .bool(let flag) = value.content else { throw refused(name, "true or false") }
    return flag
  }

  func integer(_ name: String) throws(ControlError) -> Int? {
    guard let value = members[name] else { return nil }
    guard case .integer(let number) = value.content else { throw refused(name, "a whole number") }
    return number
  }

  /// Whole numbers, and null where nothing was answered.
  func integers(_ name: String) throws(ControlError) -> [Int?]? {
    try list(name, of: "whole numbers") { element in
      switch element.content {
      case .integer(let number): .some(number)
      case .null: .some(nil)
      default: nil
      }
    }
  }

  private func list<Element>(
    _ name: String, of elements: String, _ read: (DocumentNode) -> Element?
  ) throws(ControlError) -> [Element]? {
    guard let value = members[name] else { return nil }
    guard case .array(let nodes) = value.content else {
      throw refused(name, "a list of \(elements)")
    }
    var list: [Element] = []
    for node in nodes {
      guard let element = read(node) else { throw refused(name, "a list of \(elements)") }
      list.append(element)
    }
    return list
  }

  /// A number, or text such as `1..3`.
  func count(_ name: String) throws(ControlError) -> ExpectedCount? {
    switch members[name]?.content {
    case nil: return nil
    case .integer(let number) where number >= 0: return .exactly(number)
    case .string(let text):
      if let count = ExpectedCount(text) { return count }
      fallthrough
    default:
      throw refused(name, "a whole number or a range such as \"1..3\", \"2..\" or \"..3\"")
    }
  }

  /// - Parameter signed: whether a minus may stand before it.
  func duration(_ name: String, signed: Bool = false) throws(ControlError) -> Duration? {
    guard let value = members[name] else { return nil }
    if case .string(let text) = value.content {
      if signed, text.hasPrefix("-"), let duration = DurationText(String(text.dropFirst())) {
        return .zero - duration.duration
      }
      if let duration = DurationText(text) { return duration.duration }
    }
    throw refused(name, DurationText.expectedForm)
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, of type: Choice.Type)
    throws(ControlError) -> Choice? where Choice.RawValue == String
  {
    guard let text = try string(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw refused(name, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }

  func object(_ name: String, names: [String]) throws(ControlError) -> ControlBody? {
    guard let value = members[name] else { return nil }
    guard case .object(let members) = value.content else { throw refused(name, "an object") }
    return try ControlBody(members: members, names: names, place: place + name + ".")
  }

  /// Names and values as text, for what is read like query parameters.
  func pairs() throws(ControlError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for name in names {
      switch members[name]?.content {
      case nil: continue
      case .string(let text): pairs.append((name, text))
      case .integer(let number): pairs.append((name, String(number)))
      default: throw refused(name, "a string or a whole number")
      }
    }
    return pairs
  }

  /// A scenario, as a part of the body or as the text of one.
  ///
  /// - Throws: ``ScenarioErrors`` with all that is wrong; places in a part are those in the body.
  func scenario(_ name: String) throws(ScenarioErrors) -> Scenario? {
    guard let value = members[name] else { return nil }
    if case .string(let text) = value.content { return try ScenarioDecoder.decode(text) }
    let issues = IssueList()
    let scenario = ScenarioDecoder.scenario(
      DocumentValue(value, target: place + name, issues: issues))
    try issues.check()
    return scenario
  }

  func refused(_ name: String, _ expected: String) -> ControlError {
    ControlError.invalid(place + name, "'\(place + name)' must be \(expected).")
  }
}
