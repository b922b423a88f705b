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
    "an object passes where the version has it, and is refused where it hasn't and is alone",
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

  @Test(
    "a member beside the two is ignored and named, and refused by strict from 2026-03-12 on",
    arguments: APIVersion.servedByDefault)
  func topLevel(version: APIVersion) throws {
    let body = Bodies.with(
      target: #"{"rawId":"x"}"#, more: #","customCallingContext":{"a":1},"\u0061":null"#)
    let request = try Bodies.validate(body.utf8, version, strict: false).get()
    #expect(request.ignored == ["customCallingContext", "a"])
    #expect(
      Bodies.faults(body, version, strict: true)
        == (version < .v2026March12 ? [] : ["customCallingContext", "a"]))
    let plain = Bodies.with(target: #"{"rawId":"x","more":1}"#)
    #expect(try Bodies.validate(plain.utf8, version, strict: false).get().ignored == [])
    let twice = Bodies.with(target: #"{"rawId":"x"}"#, more: #","c":1,"c":2"#)
    #expect(Bodies.faults(twice, version).contains("c"))
  }

  @Test("many ignored members are not all named, and long names are shortened")
  func manyIgnored() throws {
    let many = (0..<100).map { #","m\#($0)":0"# }.joined()
    let long = #","\#(String(repeating: "l", count: 500))":0"#
    let body = Bodies.with(target: #"{"rawId":"x"}"#, more: long + many)
    let ignored = try Bodies.validate(body.utf8, .v2026March12, strict: false).get().ignored
    #expect(ignored.count == RedirectCallRequest.ignoredLimit)
    #expect(ignored.allSatisfy { $0.count <= 65 } && ignored[1] == "m0")
  }

  @Test("anonymous numbers are checked from 2025-06-15 on", arguments: APIVersion.stable)
  func anonymousNumbers(version: APIVersion) {
    let body = Bodies.with(
      target: #"{"phoneNumber":{"value":"1","isAnonymous":"x","assertedId":1}}"#)
    #expect(
      Bodies.faults(body, version)
        == (version < .v2025June15
          ? [] : ["target.phoneNumber.isAnonymous", "target.phoneNumber.assertedId"]))
  }

  @Test("a version without a document of its own has the rules of the stable one before it")
  func unpublished() throws {
    let body = Bodies.with(target: "{\(Self.objects[4].object)}", more: #","x":1"#)
    for (text, faults) in [
      ("2024-01-01-preview", ["x", "target"]), ("2025-08-15-preview", []), ("2027-01-01", ["x"]),
    ] {
      let version = try #require(APIVersion(text))
      let strict = Bodies.faults(body, version, strict: true)
      #expect(strict == (text.hasPrefix("2024") ? ["target"] : faults), "\(text)")
    }
  }
}
