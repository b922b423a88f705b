import Foundation
import Scenarios

/// The members of a call's JSON body, taken one by one; what is left over is refused by name.
struct ControlBody {
  private var members: [String: Any]
  private let names: [String]
  /// Where the object stands, for messages: empty, or `where.` and the like.
  private let place: String

  /// - Parameters:
  ///   - names: all that the object may have.
  ///   - isRequired: whether an empty body is refused, instead of being an object without members.
  init(_ call: ControlAPI.Call, names: [String], isRequired: Bool = true) throws(ControlError) {
    if call.body.isEmpty, !isRequired {
      try self.init(members: [:], names: names, place: "")
      return
    }
    let value: Any
    do {
      value = try JSONSerialization.jsonObject(with: Data(call.body))
    } catch {
      throw ControlError(
        status: 400, code: "InvalidJSON",
        message: "The body is no JSON object; expected one with \(names.joined(separator: ", ")).")
    }
    guard let members = value as? [String: Any] else {
      throw ControlError(
        status: 400, code: "InvalidJSON",
        message:
          "The body is JSON, but no object; expected one with \(names.joined(separator: ", ")).")
    }
    try self.init(members: members, names: names, place: "")
  }

  private init(members: [String: Any], names: [String], place: String) throws(ControlError) {
    for name in members.keys.sorted() where !names.contains(name) {
      var error = ControlError.unknownName(name, among: names, what: "member")
      error.target = place + name
      throw error
    }
    self.members = members.filter { !($0.value is NSNull) }
    self.names = names
    self.place = place
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func string(_ name: String) throws(ControlError) -> String? {
    guard let value = members[name] else { return nil }
    guard let text = value as? String else { throw refused(name, "a string") }
    return text
  }

  func strings(_ name: String) throws(ControlError) -> [String]? {
    guard let value = members[name] else { return nil }
    guard let list = value as? [Any] else { throw refused(name, "a list of strings") }
    var texts: [String] = []
    for element in list {
      guard let text = element as? String else { throw refused(name, "a list of strings") }
      texts.append(text)
    }
    return texts
  }

  func flag(_ name: String) throws(ControlError) -> Bool? {
    guard let value = members[name] else { return nil }
    guard let number = value as? NSNumber, Self.isFlag(number) else {
      throw refused(name, "true or false")
    }
    return number.boolValue
  }

  func integer(_ name: String) throws(ControlError) -> Int? {
    guard let value = members[name] else { return nil }
    guard let number = Self.integer(value) else { throw refused(name, "a whole number") }
    return number
  }

  /// Whole numbers, and null where nothing was answered.
  func integers(_ name: String) throws(ControlError) -> [Int?]? {
    guard let value = members[name] else { return nil }
    guard let list = value as? [Any] else { throw refused(name, "a list of whole numbers") }
    var numbers: [Int?] = []
    for element in list {
      if element is NSNull {
        numbers.append(nil)
      } else if let number = Self.integer(element) {
        numbers.append(number)
      } else {
        throw refused(name, "a list of whole numbers")
      }
    }
    return numbers
  }

  /// A number, or text such as `1..3`.
  func count(_ name: String) throws(ControlError) -> ExpectedCount? {
    guard let value = members[name] else { return nil }
    if let number = Self.integer(value), number >= 0 { return .exactly(number) }
    if let text = value as? String, let count = ExpectedCount(text) { return count }
    throw refused(name, "a whole number or a range such as \"1..3\", \"2..\" or \"..3\"")
  }

  /// - Parameter signed: whether a minus may stand before it.
  func duration(_ name: String, signed: Bool = false) throws(ControlError) -> Duration? {
    guard let value = members[name] else { return nil }
    if let text = value as? String {
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
    guard let members = value as? [String: Any] else { throw refused(name, "an object") }
    return try ControlBody(members: members, names: names, place: place + name + ".")
  }

  /// Names and values as text, for what is read like query parameters.
  func pairs() throws(ControlError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for name in names {
      guard let value = members[name] else { continue }
      if let text = value as? String {
        pairs.append((name, text))
      } else if let number = Self.integer(value) {
        pairs.append((name, String(number)))
      } else {
        throw refused(name, "a string or a whole number")
      }
    }
    return pairs
  }

  /// The JSON text of a member, for what is read elsewhere.
  func text(_ name: String) -> String? {
    guard let value = members[name] else { return nil }
    if let text = value as? String { return text }
    guard let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
    else {
      return nil
    }
    return String(decoding: data, as: UTF8.self)
  }

  func refused(_ name: String, _ expected: String) -> ControlError {
    ControlError.invalid(place + name, "'\(place + name)' must be \(expected).")
  }

  private static func isFlag(_ number: NSNumber) -> Bool {
    number === (true as NSNumber) || number === (false as NSNumber)
      || String(cString: number.objCType) == "c" || String(cString: number.objCType) == "B"
  }

  private static func integer(_ value: Any) -> Int? {
    guard let number = value as? NSNumber, !isFlag(number) else { return nil }
    return Int(exactly: number.doubleValue)
  }
}
