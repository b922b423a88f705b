import Documents

extension RedirectBodyValidator {
  /// What a target's members said.
  private struct TargetMembers {
    var kind: Presence = .absent
    var rawID: Presence = .absent
    /// The objects that are there, in the order given, the first of them with what it says.
    var object: IdentifierKind?
    var objectID: JSONText?
    var further: [IdentifierKind] = []
  }

  /// Reads a target. Its brace is at the position. The paths of faults begin at the target.
  mutating func target(_ bytes: Span<UInt8>) throws(JSONFault) -> RedirectCallRequest.Target? {
    try scanner.open()
    var names = MemberNames()
    var isFirst = true
    var members = TargetMembers()
    while let name = try scanner.nextMember(bytes, isFirst: isFirst) {
      isFirst = false
      switch memberName(name, bytes) {
      case .kind?:
        try note(.kind, in: &names)
        let read = try string(.kind, bytes)
        if members.kind.isAbsent { members.kind = read }
      case .rawId?:
        try note(.rawId, in: &names)
        let read = try string(.rawId, bytes)
        if members.rawID.isAbsent { members.rawID = read }
      case let known?:
        guard let kind = known.identifierKind, model.has(kind) else { fallthrough }
        try note(known, in: &names)
        try identifier(known, kind, bytes, into: &members)
      case nil:
        try skipUnknown(name, bytes, in: &names)
      }
    }
    return check(members, bytes)
  }

  private mutating func identifier(
    _ name: MemberName, _ kind: IdentifierKind, _ bytes: Span<UInt8>,
    into members: inout TargetMembers
  ) throws(JSONFault) {
    var isThere = false
    let before = faults.count
    var id: JSONText?
    if try beginsObject(name, bytes, setting: &isThere) {
      id = try identifierObject(kind, bytes)
      faults.prefix(name.description, since: before)
    }
    guard isThere else { return }
    if let first = members.object {
      if first != kind, !members.further.contains(kind) { members.further.append(kind) }
    } else {
      members.object = kind
      members.objectID = id
    }
  }

  /// Checks whether the members agree with one another, and returns the target that they give.
  @inline(__always)
  private mutating func check(_ members: TargetMembers, _ bytes: Span<UInt8>)
    -> RedirectCallRequest.Target?
  {
    if !members.further.isEmpty, let first = members.object {
      let all = ([first] + members.further).map(\.rawValue).joined(separator: ", ")
      faults.add("", "target holds \(all); it may hold only one of these objects.")
    }
    let named = members.kind.text.flatMap { identifierKind($0, bytes) }
    let rawID = members.rawID.text
    if let object = members.object {
      if let named, named != object {
        faults.add(
          "kind", "kind is \(named.rawValue), but the object given is \(object.rawValue).")
      }
      if isStrict, let rawID { checkRawID(rawID, agreesWith: object, bytes) }
      guard let id = members.objectID else { return nil }
      return RedirectCallRequest.Target(kind: object, id: id, rawID: rawID)
    }
    guard let rawID, !rawID.isEmpty else {
      if case .wrong = members.rawID { return nil }
      addMissing(named: named)
      return nil
    }
    if isStrict { checkRawID(rawID, agreesWith: named, bytes) }
    guard !rawID.hasEscapes else {
      return RedirectCallRequest.Target(kind: named ?? .unknown, id: rawID, rawID: rawID)
    }
    let read = RawID(bytes, in: rawID.range)
    let kind = named ?? read.kind
    return RedirectCallRequest.Target(
      kind: kind,
      id: kind == read.kind ? JSONText(range: read.id, hasEscapes: false) : rawID, rawID: rawID)
  }

  /// The kind that a `kind` member names, if this version has it: the list is open.
  private func identifierKind(_ text: JSONText, _ bytes: Span<UInt8>) -> IdentifierKind? {
    let kind: IdentifierKind?
    if text.hasEscapes {
      let resolved = text.bytes(in: bytes)
      kind = IdentifierKind(resolved.span, in: 0..<resolved.count)
    } else {
      kind = IdentifierKind(bytes, in: text.range)
    }
    guard let kind, kind == .unknown || model.has(kind) else { return nil }
    return kind
  }

  private mutating func addMissing(named: IdentifierKind?) {
    if let named, named != .unknown {
      faults.add(
        named.rawValue,
        "kind is \(named.rawValue), but the object \(named.rawValue) is missing, and there is no "
          + "rawId.")
      return
    }
    let objects = IdentifierKind.allCases.filter { model.has($0) }.map(\.rawValue)
      .joined(separator: ", ")
    faults.add(
      "", "target identifies nobody: it must hold a rawId or one of the objects \(objects).")
  }

  /// Checks a raw id by the rules of `--strict`.
  private mutating func checkRawID(
    _ text: JSONText, agreesWith kind: IdentifierKind?, _ bytes: Span<UInt8>
  ) {
    let resolved = text.bytes(in: bytes)
    let rawID = RawID(resolved.span, in: 0..<resolved.count)
    if let kind, rawID.kind != kind {
      faults.add(
        "rawId",
        "rawId is that of the kind \(rawID.kind.rawValue), but the target is of the kind "
          + "\(kind.rawValue).")
    } else if !rawID.isWellFormed {
      faults.add("rawId", "rawId does not have the form that its prefix asks for.")
    }
  }
}
