import Core
import Documents
import RedirectCall
import Scenarios
import Testing

/// The JSON Schema is for editors; the decoder decides. These keep the one from lagging behind the other.
@Suite struct ScenarioSchemaTests {
  static func definitions() throws -> DocumentNode {
    let schema = try Document.parse(Fixture.text("fixtures/scenario.schema.json"))
    return try #require(schema["$defs"])
  }

  /// The names of an object's members, also where it is one of several forms.
  static func properties(_ definition: DocumentNode) -> Set<String> {
    if let properties = definition["properties"] { return Set(properties.names) }
    guard case .array(let forms) = definition["oneOf"]?.content else { return [] }
    return Set(forms.flatMap(properties))
  }

  @Test(
    "an object has the same members in the schema as in the decoder",
    arguments: [
      ("scenario", ScenarioNames.scenario), ("rule", ScenarioNames.rule),
      ("step", ScenarioNames.step), ("match", ScenarioNames.match),
      ("matchTarget", ScenarioNames.matchTarget), ("over", ScenarioNames.over),
      ("delay", ScenarioNames.delay), ("normal", ScenarioNames.normal),
      ("lognormal", ScenarioNames.lognormal), ("respond", ScenarioNames.respond),
      ("error", ScenarioNames.error), ("retryAfter", ScenarioNames.retryAfter),
      ("pace", ScenarioNames.pace), ("connectionRule", ScenarioNames.connectionRule),
      ("tls", ScenarioNames.tls), ("eventRule", ScenarioNames.eventRule),
      ("cut", ScenarioNames.cut), ("day", ScenarioNames.day), ("ring", ScenarioNames.ring),
      ("expect", ScenarioNames.expect),
      ("fault", FaultTable.rows.filter { $0.level == .request }.map(\.name)),
      ("connectionFault", FaultTable.rows.filter { $0.level == .connection }.map(\.name)),
    ])
  func members(_ definition: String, _ names: [String]) throws {
    let found = try Self.properties(#require(Self.definitions()[definition]))
    #expect(found == Set(names))
  }

  @Test("a fault has the same parameters in the schema as in the table", arguments: FaultTable.rows)
  func parameters(_ row: FaultRow) throws {
    let definitions = try Self.definitions()
    let definition = try #require(definitions[row.level == .request ? "fault" : "connectionFault"])
    guard case .array(let forms) = definition["oneOf"]?.content else { return }
    let asObject = try #require(forms.last?["properties"]?[row.name])
    let parameters = asObject["$ref"] == nil ? asObject : try #require(definitions[row.name])
    #expect(Self.properties(parameters) == Set(row.parameters.map(\.name)))
    guard case .array(let names) = forms.first?["enum"]?.content, row.name != "tls" else { return }
    #expect(names.contains { $0.text == row.name })
  }

  @Test("lists of names are the decoder's")
  func enumerations() throws {
    let definitions = try Self.definitions()
    func values(_ definition: String, _ member: String) throws -> [String] {
      let node = try #require(definitions[definition]?["properties"]?[member])
      guard case .array(let values) = (node["enum"] ?? node["anyOf"]?[0]?["enum"])?.content
      else { return [] }
      return values.map(\.text)
    }
    #expect(try values("tls", "alert") == TLSAlert.allCases.map(\.name))
    #expect(
      try values("tls", "certificate") == TLSFault.Certificate.allCases.map(\.rawValue))
    // Unquoted, a version is a number in YAML.
    let versions = TLSFault.Version.allCases.map(\.rawValue)
    #expect(try values("tls", "maxVersion") == versions + versions)
    #expect(try values("match", "auth") == ScenarioNames.schemes)
    #expect(try values("day", "kind") == Day.Kind.allCases.map(\.rawValue))
    #expect(try values("ring", "schema") == Day.Ring.Schema.allCases.map(\.rawValue))
    #expect(try values("ring", "context") == Day.Ring.Context.allCases.map(\.rawValue))
    #expect(try values("matchTarget", "kind") == IdentifierKind.allCases.map(\.rawValue))
  }
}

extension DocumentNode {
  fileprivate subscript(_ name: String) -> DocumentNode? {
    guard case .object(let members) = content else { return nil }
    return members.first { $0.name == name }?.value
  }

  fileprivate subscript(_ index: Int) -> DocumentNode? {
    guard case .array(let elements) = content, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  fileprivate var names: [String] {
    guard case .object(let members) = content else { return [] }
    return members.map(\.name)
  }
}
