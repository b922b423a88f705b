import Core
import Documents

extension RedirectBodyValidator {
  /// Reads one of the five objects. Its brace is at the position. The paths of faults begin at this object.
  /// - Returns: the text that names the target.
  mutating func identifierObject(_ kind: IdentifierKind, _ bytes: Span<UInt8>)
    throws(JSONFault) -> JSONText?
  {
    try scanner.open()
    var names = MemberNames()
    var isFirst = true
    var isAnonymous = false
    let needed = Self.required(kind)
    var first = Presence.absent
    var second = Presence.absent
    var third = Presence.absent
    while let name = try scanner.nextMember(bytes, isFirst: isFirst) {
      isFirst = false
      guard let known = memberName(name, bytes), has(known, kind) else {
        try skipUnknown(name, bytes, in: &names)
        continue
      }
      try note(known, in: &names)
      if known == .isAnonymous {
        isAnonymous = try boolean(known, bytes)
        continue
      }
      let read = try string(known, bytes)
      if known == needed.first {
        if first.isAbsent { first = read }
      } else if known == needed.second {
        if second.isAbsent { second = read }
      } else if known == needed.third {
        if third.isAbsent { third = read }
      }
    }
    require(needed.first, first)
    if let name = needed.second { require(name, second) }
    if let name = needed.third { require(name, third) }
    if isStrict, kind == .phoneNumber, let value = first.text, !value.isEmpty {
      checkNumber(value, isAnonymous: isAnonymous, bytes)
    }
    return first.text
  }

  /// The members that an object must have. The first one names the target.
  private static func required(_ kind: IdentifierKind) -> (
    first: MemberName, second: MemberName?, third: MemberName?
  ) {
    switch kind {
    case .communicationUser, .unknown: (.id, nil, nil)
    case .phoneNumber: (.value, nil, nil)
    case .microsoftTeamsUser: (.userId, nil, nil)
    case .microsoftTeamsApp: (.appId, nil, nil)
    case .teamsExtensionUser: (.userId, .tenantId, .resourceId)
    }
  }

  /// Whether the object of `kind` has a member of this name in the version's model.
  private func has(_ name: MemberName, _ kind: IdentifierKind) -> Bool {
    switch (kind, name) {
    case (.communicationUser, .id), (.phoneNumber, .value),
      (.microsoftTeamsUser, .userId), (.microsoftTeamsUser, .isAnonymous),
      (.microsoftTeamsUser, .cloud), (.microsoftTeamsApp, .appId), (.microsoftTeamsApp, .cloud),
      (.teamsExtensionUser, .userId), (.teamsExtensionUser, .tenantId),
      (.teamsExtensionUser, .resourceId), (.teamsExtensionUser, .cloud):
      true
    case (.phoneNumber, .isAnonymous), (.phoneNumber, .assertedId): model.hasAnonymousNumbers
    default: false
    }
  }

  /// Checks a number by the rules of `--strict`.
  private mutating func checkNumber(_ text: JSONText, isAnonymous: Bool, _ bytes: Span<UInt8>) {
    let resolved = text.bytes(in: bytes)
    let all = 0..<resolved.count
    if isAnonymous {
      if !resolved.span.holds("anonymous", in: all) {
        faults.add("value", "value must be the word anonymous where isAnonymous is true.")
      }
    } else if !E164.isNumberOrAnonymous(resolved.span, in: all) {
      faults.add(
        "value",
        "value must be an E.164 number, such as +14255550123: a plus sign and 2 to 15 digits, the "
          + "first of them not 0; or the word anonymous.")
    }
  }
}
