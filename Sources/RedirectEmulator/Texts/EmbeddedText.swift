import CTexts

/// A long text that the C target CTexts embeds from a file.
package enum EmbeddedText: Sendable, CaseIterable {
  /// The operation's OpenAPI document, a template: `Sources/CTexts/texts/openapi.json.mustache`.
  case openAPI
  /// The control API's OpenAPI document, a template: `Sources/CTexts/texts/openapi-control.json.mustache`.
  case openAPIControl
  /// The JSON Schema of scenario files: `fixtures/scenario.schema.json`.
  case scenarioSchema
  /// The live page: `Sources/CTexts/texts/page.html`, which `make.py` makes from its folder, `Sources/CTexts/page`.
  case page
  /// The same, compressed by gzip.
  case pageGzip

  /// A copy of the file.
  package var bytes: [UInt8] {
    let text =
      switch self {
      case .openAPI: ctexts_openapi
      case .openAPIControl: ctexts_openapi_control
      case .scenarioSchema: ctexts_scenario_schema
      case .page: ctexts_page
      case .pageGzip: ctexts_page_gzip
      }
    return Array(UnsafeBufferPointer(start: text.bytes, count: text.count))
  }
}
