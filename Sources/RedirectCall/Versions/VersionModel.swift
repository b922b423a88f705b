/// What a version's model of the operation has. Contract guide, "3. api-version".
///
/// A version that the emulator knows no document of has the newest one's model.
package struct VersionModel: Sendable, Equatable {
  /// The identifier objects that a target may hold, besides the three that all versions have.
  package var hasMicrosoftTeamsApp: Bool
  package var hasTeamsExtensionUser: Bool
  /// Whether `phoneNumber` has `isAnonymous` and `assertedId`.
  package var hasAnonymousNumbers: Bool
  /// Whether a member that the model does not name is refused at the top level.
  package var isClosed: Bool

  package init(_ version: APIVersion) {
    let known = version.isPublished ? version : .v2026March12
    hasMicrosoftTeamsApp = known >= .v2023October15
    hasTeamsExtensionUser = known >= .v2025June15
    hasAnonymousNumbers = known >= .v2026March12
    isClosed = known >= .v2026March12
  }

  /// Whether the model has the object of this kind. `unknown` has none.
  func has(_ kind: IdentifierKind) -> Bool {
    switch kind {
    case .unknown: false
    case .communicationUser, .phoneNumber, .microsoftTeamsUser: true
    case .microsoftTeamsApp: hasMicrosoftTeamsApp
    case .teamsExtensionUser: hasTeamsExtensionUser
    }
  }
}

extension APIVersion {
  /// Whether this is one of ``stable``.
  package var isPublished: Bool {
    switch self {
    case .v2026March12, .v2023March6, .v2023October15, .v2024April15, .v2024September15,
      .v2025May15, .v2025June15:
      true
    default: false
    }
  }

  /// The identifier objects that this version's model has. Contract guide, "3. api-version".
  package var identifierObjects: [IdentifierKind] {
    let model = VersionModel(self)
    return IdentifierKind.allCases.filter { model.has($0) }
  }
}
