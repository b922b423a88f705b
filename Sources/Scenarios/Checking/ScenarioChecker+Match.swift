import Core
import RedirectCall

extension ScenarioChecker {
  /// Contradictions between the parts of a `match`, so that no request fits all of them.
  static func contradictions(_ match: RequestMatch) -> [String] {
    var reasons = ofCredential(match) + ofTarget(match) + ofHeaders(match)
    if let text = match.apiVersion?.literal, APIVersion(text) == nil {
      reasons.append(
        "can never match: no api-version has the form '\(text)'; one is 2026-03-12 or 2023-06-15-preview."
      )
    }
    return reasons
  }

  private static func ofCredential(_ match: RequestMatch) -> [String] {
    var reasons: [String] = []
    if match.auth == "none", match.validity == .valid {
      reasons.append(
        "matches only where the resource asks for no credential: a request without one is invalid.")
    }
    if match.user != nil {
      switch match.auth {
      case "none":
        reasons.append("can never match: a request without a credential has no user.")
      case "accessKey":
        reasons.append(
          "can never match: an access key has no user; tokens have ('auth: userToken').")
      default: break
      }
    }
    return reasons
  }

  private static func ofTarget(_ match: RequestMatch) -> [String] {
    let names = IdentifierKind.allCases.map(\.rawValue)
    let kind = match.targetKind
    if let kind, !names.contains(where: { kind.matches($0) }) {
      return [
        "can never match: there is no kind '\(kind.source)'."
          + NearestName.hint(for: kind.source, among: names)
      ]
    }
    guard let id = match.targetID, let form = IDForm(beginningOf: id) else { return [] }
    if let kind, !form.kinds.contains(where: { kind.matches($0.rawValue) }) {
      return [
        "contradicts itself: '\(id.source)' is an id of the kind "
          + form.kinds.map { "'\($0.rawValue)'" }.joined(separator: " or ")
          + ", and it asks for the kind '\(kind.source)'."
      ]
    }
    if let cut = form.cut {
      return [
        "can never match: the id of a target is what follows '\(cut)'; leave that out of '\(id.source)'."
      ]
    }
    return []
  }

  private static func ofHeaders(_ match: RequestMatch) -> [String] {
    var reasons: [String] = []
    var earlier: [String: [RequestMatch.Header]] = [:]
    for header in match.headers {
      let name = header.name.lowercased()
      defer { earlier[name, default: []].append(header) }
      for other in earlier[name] ?? [] {
        if (other.value == nil) != (header.value == nil) {
          reasons.append("can never match: '\(header.name)' can't be there and be absent.")
          break
        }
        if let mine = header.value, let others = other.value, Self.exclude(mine, others) {
          reasons.append(
            "can never match: '\(header.name)' can't be '\(others.source)' and '\(mine.source)'.")
          break
        }
      }
    }
    return reasons
  }

  /// Whether it is certain that no text fits both.
  private static func exclude(_ one: TextPattern, _ other: TextPattern) -> Bool {
    if let literal = one.literal { return !other.matches(literal) }
    if let literal = other.literal { return !one.matches(literal) }
    return zip(one.beginning, other.beginning).contains { $0 != $1 }
  }

  /// What the beginning of an id says about the target.
  private struct IDForm {
    var kinds: [IdentifierKind]
    /// A prefix of raw ids that ids of these kinds do not have; nil if they have it.
    var cut: String?

    private static let forms: [(prefix: String, kinds: [IdentifierKind], isCut: Bool)] = [
      ("+", [.phoneNumber], false), ("4:", [.phoneNumber], true),
      ("8:acs:", [.communicationUser], false), ("8:gcch-acs:", [.communicationUser], false),
      ("8:dod-acs:", [.communicationUser], false), ("8:spool:", [.communicationUser], false),
      ("8:orgid:", [.microsoftTeamsUser], true), ("8:gcch:", [.microsoftTeamsUser], true),
      ("8:dod:", [.microsoftTeamsUser], true), ("8:teamsvisitor:", [.microsoftTeamsUser], true),
      ("28:orgid:", [.microsoftTeamsApp], true), ("28:gcch:", [.microsoftTeamsApp], true),
      ("28:dod:", [.microsoftTeamsApp], true),
    ]

    /// Nil if the beginning says nothing.
    init?(beginningOf pattern: TextPattern) {
      let beginning = pattern.beginning
      guard let form = Self.forms.first(where: { beginning.starts(with: $0.prefix.utf8) }) else {
        return nil
      }
      // A target of an unknown kind has its whole raw id, with any beginning.
      kinds = form.kinds
      cut = form.isCut ? form.prefix : nil
    }
  }
}
