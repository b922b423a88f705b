import Foundation

/// The table of raw ids and the forms that `--strict` asks for. Contract guide, "5. Body".
enum RawIDModel {
  private static let guid =
    "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
  private static let number = #"(\+[1-9][0-9]{1,14}|anonymous)"#

  /// A prefix, what has to follow it, and the kind that both come to. The first line whose prefix fits decides.
  private static let forms: [(prefix: String, rests: [(form: String, kind: String)])] =
    ["8:acs:", "8:gcch-acs:", "8:dod-acs:", "8:spool:"].map {
      (
        $0,
        [
          ("\(guid)_\(guid)", "communicationUser"),
          ("\(guid)_\(guid)_\(guid)", "teamsExtensionUser"),
        ]
      )
    } + [("4:", [("\(number)(_(?s:.+))?", "phoneNumber")])]
    + ["8:orgid:", "8:gcch:", "8:dod:"].map { ($0, [(guid, "microsoftTeamsUser")]) }
    + [("8:teamsvisitor:", [("(?s:.+)", "microsoftTeamsUser")])]
    + ["28:orgid:", "28:gcch:", "28:dod:"].map { ($0, [(guid, "microsoftTeamsApp")]) }

  /// The kind of a raw id; nil where its prefix promises a form that the rest does not have.
  static func kind(of rawID: String) -> String? {
    guard let (prefix, rests) = forms.first(where: { rawID.utf8.starts(with: $0.prefix.utf8) })
    else { return "unknown" }
    let rest = String(decoding: rawID.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    return rests.first { fits(rest, $0.form) }?.kind
  }

  static func isNumberOrAnonymous(_ text: String) -> Bool { fits(text, number) }

  /// Whether the whole text has the form.
  private static func fits(_ text: String, _ form: String) -> Bool {
    let range = NSRange(text.startIndex..., in: text)
    guard let expression = try? NSRegularExpression(pattern: "\\A(?:" + form + ")\\z") else {
      fatalError("no expression: \(form)")
    }
    return expression.firstMatch(in: text, range: range) != nil
  }
}
