import RedirectCall

/// The operation as served, as an OpenAPI 3.1 document. The models of the api-versions differ, and a schema
/// cannot depend on a query parameter: a document describes one version, and names the others.
package struct OpenAPIDocument: Sendable, Equatable {
  /// The api-version described.
  package var version: APIVersion
  /// All versions that the resource serves.
  package var servedVersions: [APIVersion]
  /// Whether the resource requires a credential: one that verifies, or any that is not empty.
  package var requiresAuthorization = true
  /// Whether only registered calls ring.
  package var onlyRegisteredCalls = false
  /// Whether to refuse what the service's documents do not guarantee.
  package var isStrict = false
  /// Whether rules are loaded: they may respond with any status.
  package var hasScenario = false
  /// Where the operation is served, e.g. `http://127.0.0.1:4010`.
  package var server: String

  package init(version: APIVersion, servedVersions: [APIVersion], server: String) {
    self.version = version
    self.servedVersions = servedVersions
    self.server = server
  }

  /// The document as JSON text.
  package var json: [UInt8] {
    Self.template.filled(
      values: values.mapValues { Array($0.utf8) }, flags: Set(flags.filter(\.value).keys))
  }

  /// The text that the document is made of.
  package static let template = TextTemplate(EmbeddedText.openAPI.bytes)

  /// What the template's values are.
  package var values: [String: String] {
    [
      "version": version.description,
      "servedVersions": servedVersions.map(\.description).joined(separator: ", "),
      "server": server,
    ]
  }

  /// The template's flags and their values.
  package var flags: [String: Bool] {
    let model = VersionModel(version)
    return [
      "requiresAuthorization": requiresAuthorization,
      "onlyRegisteredCalls": onlyRegisteredCalls,
      "isStrict": isStrict,
      "hasScenario": hasScenario,
      "hasMicrosoftTeamsApp": model.hasMicrosoftTeamsApp,
      "hasTeamsExtensionUser": model.hasTeamsExtensionUser,
      "hasAnonymousNumbers": model.hasAnonymousNumbers,
      "isClosed": isStrict && model.isClosed,
    ]
  }
}
