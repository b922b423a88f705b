import Foundation

/// The tables of the Contract guide, "3. api-version" and "5. Body", for `JSONDecoder`: which members a version
/// has, of what type, and which of them have to be there.
struct BodyModel {
  struct IdentifierObject {
    var name: String
    /// The first of them names the target.
    var required: [String]
    var optional: [String] = []
    var flags: [String] = []

    var names: [String] { required + optional + flags }
  }

  let version: String
  let strict: Bool

  /// Whether the top level may have no further members.
  var isClosed: Bool { strict && version == "2026-03-12" }

  var objects: [IdentifierObject] {
    var objects = [
      IdentifierObject(name: "communicationUser", required: ["id"]),
      version == "2025-06-15" || version == "2026-03-12"
        ? IdentifierObject(
          name: "phoneNumber", required: ["value"], optional: ["assertedId"], flags: ["isAnonymous"]
        )
        : IdentifierObject(name: "phoneNumber", required: ["value"]),
      IdentifierObject(
        name: "microsoftTeamsUser", required: ["userId"], optional: ["cloud"],
        flags: ["isAnonymous"]),
    ]
    if version != "2023-03-06" {
      objects.append(
        IdentifierObject(name: "microsoftTeamsApp", required: ["appId"], optional: ["cloud"]))
    }
    if version == "2025-06-15" || version == "2026-03-12" {
      objects.append(
        IdentifierObject(
          name: "teamsExtensionUser", required: ["userId", "tenantId", "resourceId"],
          optional: ["cloud"]))
    }
    return objects
  }

  /// The names that have a meaning in the object at this path.
  func names(at path: [String]) -> [String] {
    switch path.count {
    case 0: return ["incomingCallContext", "target"]
    case 1 where path == ["target"]: return ["kind", "rawId"] + objects.map(\.name)
    case 2 where path[0] == "target":
      return objects.first { $0.name == path[1] }?.names ?? []
    default: return []
    }
  }

  /// What a body says, or nil for one that breaks the schema. Members given twice or unknown are not seen here.
  func read(_ body: Data) -> BodyOracle.Reading? {
    try? JSONDecoder().decode(Decoded.self, from: body, configuration: self).reading
  }

  /// Not `lowercased()`, by which a Kelvin sign is a k.
  private static func isSame(_ first: String, _ second: String) -> Bool {
    func folded(_ text: String) -> [UInt8] {
      text.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
    }
    return folded(first) == folded(second)
  }

  fileprivate func read(_ members: Members) throws -> BodyOracle.Reading {
    let context = try members.requiredText("incomingCallContext")
    let target = try members.object("target")
    let kindText = try target.text("kind")
    let named = kindText.flatMap { text in
      (["unknown"] + objects.map(\.name)).first { Self.isSame($0, text) }
    }
    let rawID = try target.text("rawId")
    var given: [(name: String, id: String)] = []
    for object in objects where try target.has(object.name) {
      let members = try target.object(object.name)
      let required = try object.required.map { try members.requiredText($0) }
      for name in object.optional { _ = try members.text(name) }
      let flags = try object.flags.map { try members.flag($0) }
      if strict, object.name == "phoneNumber",
        !(flags == [true]
          ? required[0] == "anonymous" : RawIDModel.isNumberOrAnonymous(required[0]))
      {
        throw Refusal()
      }
      given.append((object.name, required[0]))
    }
    guard given.count <= 1 else { throw Refusal() }
    if let given = given.first {
      if let named, named != given.name { throw Refusal() }
    } else if rawID ?? "" == "" {
      throw Refusal()
    }
    if strict, let rawID {
      guard let kind = RawIDModel.kind(of: rawID) else { throw Refusal() }
      if let expected = given.first?.name ?? named, expected != kind { throw Refusal() }
    }
    return BodyOracle.Reading(
      context: Array(context.utf8), rawID: rawID.map { Array($0.utf8) }, object: given.first?.name,
      objectID: given.first.map { Array($0.id.utf8) })
  }

  private struct Refusal: Error {}

  fileprivate struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// An object's members as `JSONDecoder` sees them; null is absent.
  fileprivate struct Members {
    var container: KeyedDecodingContainer<Name>

    func has(_ name: String) throws -> Bool {
      let name = Name(stringValue: name)
      return try container.contains(name) && !container.decodeNil(forKey: name)
    }

    func text(_ name: String) throws -> String? {
      try container.decodeIfPresent(String.self, forKey: Name(stringValue: name))
    }

    func requiredText(_ name: String) throws -> String {
      guard let text = try text(name), !text.isEmpty else { throw Refusal() }
      return text
    }

    func flag(_ name: String) throws -> Bool {
      try container.decodeIfPresent(Bool.self, forKey: Name(stringValue: name)) ?? false
    }

    func object(_ name: String) throws -> Members {
      Members(
        container: try container.nestedContainer(
          keyedBy: Name.self, forKey: Name(stringValue: name)))
    }
  }

  private struct Decoded: DecodableWithConfiguration {
    var reading: BodyOracle.Reading

    init(from decoder: any Decoder, configuration model: BodyModel) throws {
      reading = try model.read(Members(container: try decoder.container(keyedBy: Name.self)))
    }
  }
}
