/// What a version's model of the operation has. Contract guide, "3. api-version".
package struct VersionModel: Sendable, Equatable {
  /// The identifier objects that a target may hold, besides the three that all versions have.
  package var hasMicrosoftTeamsApp: Bool
  package var hasTeamsExtensionUser: Bool
  /// Whether `phoneNumber` has `isAnonymous` and `assertedId`.
  package var hasAnonymousNumbers: Bool
  /// Whether the version's document allows no further member at the top level. Only `--strict` acts on it.
  package var isClosed: Bool

  package init(_ version: APIVersion) {
    let known = version.modelVersion
    hasMicrosoftTeamsApp = known >= .v2023October15
    hasTeamsExtensionUser = known >= .v2025June15
    hasAnonymousNumbers = known >= .v2025June15
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
  /// The identifier objects that this version's model has. Contract guide, "3. api-version".
  package var identifierObjects: [IdentifierKind] {
    let model = VersionModel(self)
    return IdentifierKind.allCases.filter { model.has($0) }
  }
}
