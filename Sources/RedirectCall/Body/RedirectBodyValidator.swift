import Core
import Documents

/// Checks a body in one pass over its bytes: that it is JSON, and that it says what the operation needs.
/// Contract guide, "5. Body".
///
/// A valid body costs no allocation. For a faulty body all faults are reported. The pass ends at the first byte that is
/// not JSON.
package struct RedirectBodyValidator {
  let model: VersionModel
  let isStrict: Bool
  /// The contract allows 32 levels of objects and arrays.
  var scanner = JSONScanner(depthLimit: 32)
  var faults = BodyFaults()

  init(model: VersionModel, isStrict: Bool) {
    self.model = model
    self.isStrict = isStrict
  }

  /// Reads a body by a version's model.
  ///
  /// - Parameters:
  ///   - bytes: the body, whole.
  ///   - version: its model is the one that the body must match.
  ///   - strict: refuse also what the service's documents do not guarantee: a member beside the two if the version's
  ///     document allows none, a raw id or kind that disagrees with its object, a number that is not E.164, a raw id
  ///     that does not have the form of its prefix.
  /// - Returns: offsets into `bytes`.
  package static func validate(
    _ bytes: Span<UInt8>, version: APIVersion, strict: Bool = false
  ) throws(Rejection) -> RedirectCallRequest {
    var validator = RedirectBodyValidator(model: VersionModel(version), isStrict: strict)
    let request: RedirectCallRequest?
    do {
      request = try validator.body(bytes)
    } catch {
      throw BodyFaults.rejection(
        CommunicationError(
          code: ErrorCode.invalidArgument, message: Self.message(error, in: bytes), target: "$"))
    }
    guard let request, validator.faults.count == 0 else { throw validator.faults.rejection }
    return request
  }

  /// What is wrong, what was expected and where: line and column count from 1, the column in characters.
  private static func message(_ fault: JSONFault, in bytes: Span<UInt8>) -> String {
    let place = fault.place(in: bytes)
    let reason = fault.reason(in: bytes, called: "body", of: "object")
    return "The body is not JSON (RFC 8259): line \(place.line), column \(place.column): \(reason)."
  }

  private mutating func body(_ bytes: Span<UInt8>) throws(JSONFault) -> RedirectCallRequest? {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      throw scanner.fault(
        .other("the body begins with a byte order mark; it must begin with '{'"))
    }
    guard let first = scanner.peek(bytes) else {
      throw scanner.fault(.other("the body is empty; a JSON object is expected"))
    }
    var request: RedirectCallRequest?
    if first == ASCII.leftBrace {
      request = try top(bytes)
    } else {
      faults.add("$", "The body must be a JSON object, but is \(Self.nameOfType(first)).")
      try skipValue(bytes)
    }
    if scanner.peek(bytes) != nil { throw scanner.fault(.trailing) }
    return request
  }

  private mutating func top(_ bytes: Span<UInt8>) throws(JSONFault) -> RedirectCallRequest? {
    try scanner.open()
    var names = MemberNames()
    var isFirst = true
    var context: Presence = .absent
    var target: RedirectCallRequest.Target?
    var hasTarget = false
    var ignored: [String] = []
    while let name = try scanner.nextMember(bytes, isFirst: isFirst) {
      isFirst = false
      switch memberName(name, bytes) {
      case .incomingCallContext?:
        try note(.incomingCallContext, in: &names)
        let read = try string(.incomingCallContext, bytes)
        if context.isAbsent { context = read }
      case .target?:
        try note(.target, in: &names)
        guard try beginsObject(.target, bytes, setting: &hasTarget) else { continue }
        let before = faults.count
        let read = try self.target(bytes)
        faults.prefix("target", since: before)
        if target == nil { target = read }
      default:
        let text = Self.path(name, bytes)
        if isStrict, model.isClosed {
          faults.add(
            text,
            "'\(text)' is not a member of the request; --strict allows only incomingCallContext "
              + "and target in this api-version.")
        } else if ignored.count < RedirectCallRequest.ignoredLimit {
          ignored.append(text)
        }
        try skipUnknown(name, bytes, in: &names)
      }
    }
    require(.incomingCallContext, context)
    if !hasTarget {
      faults.add("target", "target is required and must be an object that identifies whom to call.")
    }
    guard let text = context.text, let target else { return nil }
    return RedirectCallRequest(incomingCallContext: text, target: target, ignored: ignored)
  }
}
