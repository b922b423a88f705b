import Foundation

/// What a body has to be, said a second time: what Foundation's parser takes, and the rules of the Contract guide's
/// "5. Body" beyond it, each in the plainest way there is. The validator has to take and to refuse the same.
///
/// Foundation's parser is more lenient than RFC 8259 in what stands before a bracket (`[1,]`), guesses encodings,
/// and refuses numbers that no `Double` holds, of which RFC 8259 §6 says nothing: ``JSONSkeleton`` sees to these.
package struct BodyOracle {
  private let isClosed: Bool
  private let objects: [String: [(name: String, type: ValueType, isRequired: Bool)]]
  private let isStrict: Bool

  private enum ValueType {
    case string, boolean
  }

  /// - Parameter version: `YYYY-MM-DD`, of a published version.
  package init(version: String, isStrict: Bool) {
    self.isStrict = isStrict
    isClosed = version >= "2026-03-12"
    let cloud = (name: "cloud", type: ValueType.string, isRequired: false)
    let isAnonymous = (name: "isAnonymous", type: ValueType.boolean, isRequired: false)
    var objects = [
      "communicationUser": [(name: "id", type: ValueType.string, isRequired: true)],
      "phoneNumber": [(name: "value", type: ValueType.string, isRequired: true)],
      "microsoftTeamsUser": [
        (name: "userId", type: ValueType.string, isRequired: true), isAnonymous, cloud,
      ],
    ]
    if version >= "2023-10-15" {
      objects["microsoftTeamsApp"] = [
        (name: "appId", type: ValueType.string, isRequired: true), cloud,
      ]
    }
    if version >= "2025-06-15" {
      objects["teamsExtensionUser"] =
        ["userId", "tenantId", "resourceId"].map {
          (name: $0, type: ValueType.string, isRequired: true)
        } + [cloud]
    }
    if version >= "2026-03-12" {
      objects["phoneNumber"]? += [
        isAnonymous, (name: "assertedId", type: ValueType.string, isRequired: false),
      ]
    }
    self.objects = objects
  }

  /// A body as Foundation reads it.
  package struct Body {
    /// Whether it is JSON as the guide has it, of whatever schema.
    package let isJSONObject: Bool
    /// What it says, where nothing in it is given twice or too often.
    let members: [String: Any]?

    package init(_ bytes: [UInt8]) {
      guard let skeleton = JSONSkeleton(bytes), skeleton.depth <= 32, !skeleton.hasDanglingComma,
        let members = try? JSONSerialization.jsonObject(with: Data(skeleton.text)) as? [String: Any]
      else {
        (isJSONObject, self.members) = (false, nil)
        return
      }
      isJSONObject = true
      // A name that is given twice is once in the dictionary.
      let isPlain =
        BodyOracle.memberCount(members) == skeleton.colons
        && BodyOracle.hasBoundedUnknowns(members)
      self.members = isPlain ? members : nil
    }
  }

  /// Whether the body is accepted.
  package func accepts(_ body: Body) -> Bool {
    guard let members = body.members,
      let context = members["incomingCallContext"] as? String, !context.isEmpty,
      let target = members["target"] as? [String: Any]
    else { return false }
    let isKnown = { ["incomingCallContext", "target"].contains($0) }
    return (!isClosed || members.keys.allSatisfy(isKnown)) && accepts(target)
  }

  private func accepts(_ target: [String: Any]) -> Bool {
    guard let kindText = Self.string(target["kind"]), let rawID = Self.string(target["rawId"])
    else { return false }
    let given = target.filter { objects[$0.key] != nil && !($0.value is NSNull) }
    guard given.count <= 1 else { return false }
    let folded = kindText.map { text in
      String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
    let named = (objects.keys + ["unknown"]).first { $0.lowercased() == folded }
    guard let (kind, value) = given.first else {
      guard let rawID, !rawID.isEmpty else { return false }
      return !isStrict || Self.agrees(rawID, with: named)
    }
    guard let object = value as? [String: Any], named == nil || named == kind,
      (objects[kind] ?? []).allSatisfy({ Self.accepts(object[$0.name], $0.type, $0.isRequired) })
    else { return false }
    guard isStrict else { return true }
    if kind == "phoneNumber", let number = object["value"] as? String {
      let isAnonymous =
        isClosed && (object["isAnonymous"] as? NSNumber).map { $0.boolValue } ?? false
      guard number == "anonymous" || (!isAnonymous && Self.isE164(number)) else { return false }
    }
    return rawID.map { Self.agrees($0, with: kind) } ?? true
  }

  /// A string, nothing, or nil for another value.
  private static func string(_ value: Any?) -> String?? {
    switch value {
    case nil, is NSNull: .some(nil)
    case let text as String: .some(text)
    default: nil
    }
  }

  private static func accepts(_ value: Any?, _ type: ValueType, _ isRequired: Bool) -> Bool {
    guard let value, !(value is NSNull) else { return !isRequired }
    switch type {
    case .string: return (value as? String).map { !isRequired || !$0.isEmpty } ?? false
    case .boolean: return isBoolean(value)
    }
  }

  /// Whether a value is true or false: 1 and 0 are numbers, though both are `NSNumber`.
  private static func isBoolean(_ value: Any) -> Bool {
    (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
  }

  private static func memberCount(_ value: Any) -> Int {
    switch value {
    case let object as [String: Any]:
      object.count + object.values.reduce(0) { $0 + memberCount($1) }
    case let array as [Any]: array.reduce(0) { $0 + memberCount($1) }
    default: 0
    }
  }

  /// Whether no object has more than 1,000 members that nothing is known of. Taken a little too simply: which names
  /// are known depends on where the object stands, and the bodies that this is asked of never come near.
  private static func hasBoundedUnknowns(_ value: Any) -> Bool {
    switch value {
    case let object as [String: Any]:
      object.count <= 1_000 && object.values.allSatisfy(hasBoundedUnknowns)
    case let array as [Any]: array.allSatisfy(hasBoundedUnknowns)
    default: true
    }
  }

  private static let rawIDForms:
    [(prefix: NSRegularExpression?, kind: String, form: NSRegularExpression?)] = {
      let guid = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
      return [
        ("4:", "phoneNumber", "4:(\\+[1-9][0-9]{1,14}|anonymous)(_.+)?\\z"),
        (
          "8:(acs|gcch-acs|dod-acs|spool):[^_]*_[^_]*_", "teamsExtensionUser",
          "8:[a-z-]+:\(guid)_\(guid)_\(guid)\\z"
        ),
        ("8:(acs|gcch-acs|dod-acs|spool):", "communicationUser", "8:[a-z-]+:\(guid)_\(guid)\\z"),
        ("8:(orgid|gcch|dod):", "microsoftTeamsUser", "8:[a-z]+:\(guid)\\z"),
        ("8:teamsvisitor:", "microsoftTeamsUser", "8:teamsvisitor:.+\\z"),
        ("28:(orgid|gcch|dod):", "microsoftTeamsApp", "28:[a-z]+:\(guid)\\z"),
      ].map { (expression($0.0), $0.1, expression($0.2)) }
    }()

  private static let e164 = expression("\\+[1-9][0-9]{1,14}\\z")

  private static func expression(_ pattern: String) -> NSRegularExpression? {
    try? NSRegularExpression(pattern: "\\A" + pattern, options: .dotMatchesLineSeparators)
  }

  private static func matches(_ text: String, _ expression: NSRegularExpression?) -> Bool {
    let range = NSRange(text.startIndex..., in: text)
    return expression?.firstMatch(in: text, range: range) != nil
  }

  private static func isE164(_ text: String) -> Bool { matches(text, e164) }

  /// Whether a raw id has the form of its prefix, and is of this kind.
  private static func agrees(_ rawID: String, with kind: String?) -> Bool {
    for (prefix, meant, form) in rawIDForms where matches(rawID, prefix) {
      return (kind == nil || kind == meant) && matches(rawID, form)
    }
    return kind == nil || kind == "unknown"
  }
}
