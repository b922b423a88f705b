import Core

/// The kinds of identifier that a call can be redirected to. Contract guide, "5. Body".
package enum IdentifierKind: String, Sendable, CaseIterable {
  case unknown
  case communicationUser
  case phoneNumber
  case microsoftTeamsUser
  case microsoftTeamsApp
  case teamsExtensionUser

  /// The kind that a `kind` member names; compared without case, nil for a name that is not one of these.
  init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    switch range.count {
    case 7 where bytes.holds(ignoringCase: "unknown", in: range): self = .unknown
    case 11 where bytes.holds(ignoringCase: "phonenumber", in: range): self = .phoneNumber
    case 17 where bytes.holds(ignoringCase: "communicationuser", in: range):
      self = .communicationUser
    case 17 where bytes.holds(ignoringCase: "microsoftteamsapp", in: range):
      self = .microsoftTeamsApp
    case 18 where bytes.holds(ignoringCase: "microsoftteamsuser", in: range):
      self = .microsoftTeamsUser
    case 18 where bytes.holds(ignoringCase: "teamsextensionuser", in: range):
      self = .teamsExtensionUser
    default: return nil
    }
  }
}
