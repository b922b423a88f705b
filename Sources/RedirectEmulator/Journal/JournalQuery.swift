import Core
import RedirectCall
import Scenarios

/// What a reader of the journal asks for: a filter, and which page.
package struct JournalQuery: Sendable, Equatable {
  package var filter: JournalFilter
  /// For `where`: properties that only calls have.
  package var calls = CallFilter()
  /// Only entries after this sequence number.
  package var after: UInt64
  /// Only entries before this sequence number.
  package var before: UInt64 = .max
  /// The most entries on the page.
  package var limit: Int
  /// What comes first on the page.
  package var order = Order.oldest
  /// How much of each entry is shown.
  package var fields = Fields.all

  /// What comes first on a page.
  package enum Order: String, Sendable, CaseIterable {
    case oldest, newest
  }

  /// How much is shown.
  package enum Fields: String, Sendable, CaseIterable {
    case all
    /// No headers and no body, and only the length and the end of the context; members that are null are left out.
    case summary
  }

  package static let defaultLimit = 1_000
  package static let largestLimit = 10_000

  /// Which names a query may have.
  package enum Scope: Sendable {
    /// `GET R/requests` and `GET R/operations`: filters and paging.
    case page
    /// Verify's `where`: those, and the properties of a call.
    case verify

    var names: [String] {
      switch self {
      case .page: ControlParameter.journalPage.map(\.name)
      case .verify: ControlParameter.journalFilter.map(\.name) + ["context", "call", "from", "to"]
      }
    }
  }

  package init(
    filter: JournalFilter = JournalFilter(), after: UInt64 = 0, limit: Int = Self.defaultLimit
  ) {
    self.filter = filter
    self.after = after
    self.limit = limit
  }

  /// Reads a question from names and values: query parameters, decoded, or the members of verify's `where`,
  /// numbers as text.
  /// - Throws: for an unknown name, with the nearest correct one; for a name that is given twice; for a value that is
  ///   not allowed, with the allowed ones.
  package init(_ pairs: [(name: String, value: String)], scope: Scope) throws(ControlError) {
    self.init()
    var seen: Set<String> = []
    for (name, value) in pairs {
      guard scope.names.contains(name) else {
        throw ControlError.unknownName(name, among: scope.names, what: "query parameter")
      }
      guard seen.insert(name).inserted else {
        throw ControlError.givenTwice(name)
      }
      switch name {
      case "limit": limit = try ControlParameter.limit(value, Self.largestLimit, of: "requests")
      case "after": after = try Self.number(value, "0 for the start", of: name)
      case "before": before = try Self.number(value, "the 'next' of a page", of: name)
      case "order": order = try Self.choice(value, of: name)
      case "fields": fields = try Fields(value)
      case "status": filter.status = try Self.status(value)
      case "stage": filter.stage = try Self.stage(value)
      case "rule": filter.rule = try Self.text(value, of: name)
      case "requestId": filter.requestID = try Self.text(value, of: name)
      case "clientRequestId": filter.clientRequestID = try Self.text(value, of: name)
      case "context": filter.context = try Self.text(value, of: name)
      case "call": calls.call = try Self.text(value, of: name)
      case "from": calls.from = try Self.party(value, of: name)
      case "to": calls.to = try Self.party(value, of: name)
      default:
        // A phone number's "+" that was not percent-encoded arrives as a space; no target begins with one.
        let target = try Self.text(value, of: name)
        filter.target = try Self.pattern(target.hasPrefix(" ") ? "+" + target.dropFirst() : target)
      }
    }
  }

  private static func pattern(_ text: String) throws(ControlError) -> TextPattern {
    do throws(PatternError) {
      return try TextPattern(text)
    } catch {
      throw .invalid("target", "'\(ShownText.value(text.utf8))' is not a pattern: \(error.message)")
    }
  }

  private static func party(_ value: String, of name: String) throws(ControlError) -> String {
    guard let id = CallSettings.rawID(value) else {
      throw .invalid(
        name,
        "'\(ShownText.value(value.utf8))' is nobody's id; expected a number such as +14255550123, anonymous, or a raw id such as 8:acs:…"
      )
    }
    return id
  }

  private static func number(_ value: String, _ example: String, of name: String)
    throws(ControlError) -> UInt64
  {
    guard let number = UInt64(value) else {
      throw .invalid(
        name,
        "'\(ShownText.value(value.utf8))' is not a sequence number; expected a whole number, \(example)."
      )
    }
    return number
  }

  fileprivate static func choice<Choice: RawRepresentable & CaseIterable>(
    _ value: String, of name: String
  ) throws(ControlError) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: value) else {
      throw .invalid(
        name,
        "'\(ShownText.value(value.utf8))' is not one of the choices; expected \(Choice.allCases.map(\.rawValue).joined(separator: " or "))."
      )
    }
    return choice
  }

  private static func status(_ value: String) throws(ControlError) -> JournalFilter.Status {
    if value == "none" { return .unsent }
    let statuses = 100...599
    if let status = Int(value), statuses.contains(status) { return .within(status...status) }
    let characters = Array(value.utf8)
    if characters.count == 3, value.dropFirst().equalsIgnoringCase("xx"),
      let hundreds = Int(value.prefix(1)), (1...5).contains(hundreds)
    {
      return .within((hundreds * 100)...(hundreds * 100 + 99))
    }
    if let range = ExpectedCount(value), range.lower >= 100, let upper = range.upper,
      upper <= 599
    {
      return .within(range.lower...upper)
    }
    throw .invalid(
      "status",
      "'\(ShownText.value(value.utf8))' is not a status; expected 429, 4xx, 400..499 or none.")
  }

  private static func stage(_ value: String) throws(ControlError) -> Rejection.Stage {
    guard let stage = Rejection.Stage(rawValue: value) else {
      throw .invalid(
        "stage",
        "'\(ShownText.value(value.utf8))' is not a stage."
          + NearestName.hint(for: value, among: Rejection.Stage.allCases.map(\.rawValue)))
    }
    return stage
  }

  private static func text(_ value: String, of name: String) throws(ControlError) -> String {
    guard !value.isEmpty else {
      throw .invalid(name, "'\(name)' is empty; leave it out to accept any.")
    }
    return value
  }
}

extension JournalQuery.Fields {
  /// Reads the query parameter.
  init(_ value: String) throws(ControlError) {
    self = try JournalQuery.choice(value, of: "fields")
  }
}
