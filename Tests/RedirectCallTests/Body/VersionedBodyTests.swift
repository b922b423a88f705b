import Documents
import RedirectCall
import Testing

/// What each version's model makes of the same bodies.
@Suite struct VersionedBodyTests {
  static let objects: [(kind: IdentifierKind, object: String, id: String)] = [
    (.communicationUser, #""communicationUser":{"id":"i"}"#, "i"),
    (.phoneNumber, #""phoneNumber":{"value":"i"}"#, "i"),
    (.microsoftTeamsUser, #""microsoftTeamsUser":{"userId":"i"}"#, "i"),
    (.microsoftTeamsApp, #""microsoftTeamsApp":{"appId":"i"}"#, "i"),
    (
      .teamsExtensionUser,
      #""teamsExtensionUser":{"userId":"i","tenantId":"t","resourceId":"r"}"#, "i"
    ),
  ]

  /// The first version that has each object.
  static func since(_ kind: IdentifierKind) -> APIVersion {
    switch kind {
    case .microsoftTeamsApp: .v2023October15
    case .teamsExtensionUser: .v2025June15
    default: .v2023March6
    }
  }

  @Test(
    "an object passes where the version has it, and is refused where it hasn't and stands alone",
    arguments: APIVersion.stable, objects)
  func object(version: APIVersion, row: (kind: IdentifierKind, object: String, id: String)) throws {
    let has = version >= Self.since(row.kind)
    let alone = Bodies.with(target: "{\(row.object)}")
    #expect(Bodies.faults(alone, version) == (has ? [] : ["target"]))
    let named = Bodies.with(target: "{\"kind\":\"\(row.kind.rawValue)\",\(row.object)}")
    #expect(Bodies.faults(named, version) == (has ? [] : ["target"]))

    // The SDKs send a raw id beside it.
    let body = Array(Bodies.with(target: "{\"rawId\":\"48:r\",\(row.object)}").utf8)
    let request = try RedirectBodyValidator.validate(body.span, version: version)
    #expect(request.target.kind == (has ? row.kind : .unknown))
    #expect(request.target.id.string(in: body.span) == (has ? row.id : "48:r"))
  }

  @Test("a member beside the two is refused from 2026-03-12 on", arguments: APIVersion.stable)
  func topLevel(version: APIVersion) throws {
    let body = Bodies.with(target: #"{"rawId":"x"}"#, more: #","customContext":{"a":1}"#)
    #expect(Bodies.faults(body, version) == (version < .v2026March12 ? [] : ["customContext"]))
    let twice = Bodies.with(target: #"{"rawId":"x"}"#, more: #","c":1,"c":2"#)
    #expect(Bodies.faults(twice, version).contains("c"))
  }

  @Test("anonymous numbers are checked from 2026-03-12 on", arguments: APIVersion.stable)
  func anonymousNumbers(version: APIVersion) {
    let body = Bodies.with(
      target: #"{"phoneNumber":{"value":"1","isAnonymous":"x","assertedId":1}}"#)
    #expect(
      Bodies.faults(body, version)
        == (version < .v2026March12
          ? [] : ["target.phoneNumber.isAnonymous", "target.phoneNumber.assertedId"]))
  }

  @Test("a version without a document of its own has the newest rules")
  func unpublished() throws {
    let version = try #require(APIVersion("2024-01-01-preview"))
    let body = Bodies.with(target: "{\(Self.objects[4].object)}", more: #","x":1"#)
    #expect(Bodies.faults(body, version) == ["x"])
  }
}
