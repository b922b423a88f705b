import Documents

/// What came of looking for a member.
enum Presence {
  /// Not there, or null.
  case absent
  /// Of another type, which was said already.
  case wrong
  case present(JSONText)

  var isAbsent: Bool {
    if case .absent = self { true } else { false }
  }

  var text: JSONText? {
    if case .present(let text) = self { text } else { nil }
  }
}
