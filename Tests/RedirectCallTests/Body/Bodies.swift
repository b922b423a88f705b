import RedirectCall

/// Bodies that the tests share, and the call that checks them.
enum Bodies {
  static let user =
    "8:acs:3c4a9b5a-51a4-4ab2-9bd1-3d8a5a9d3c11_00000014-3f3f-4b1c-85f4-343a0d00a1b2"
  static let guid = "2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c11"

  /// A body with this target.
  static func with(target: String, more: String = "") -> String {
    #"{"incomingCallContext":"H4sIAAAA","target":"# + target + more + "}"
  }

  static func validate(_ body: some Sequence<UInt8>, _ version: APIVersion, strict: Bool)
    -> Result<RedirectCallRequest, Rejection>
  {
    let bytes = Array(body)
    do {
      return .success(
        try RedirectBodyValidator.validate(bytes.span, version: version, strict: strict))
    } catch {
      return .failure(error)
    }
  }

  static func refusal(
    _ body: String, _ version: APIVersion = .v2026March12, strict: Bool = false
  ) -> Rejection? {
    switch validate(body.utf8, version, strict: strict) {
    case .success: nil
    case .failure(let rejection): rejection
    }
  }

  /// The targets of all faults that a body has.
  static func faults(
    _ body: String, _ version: APIVersion = .v2026March12, strict: Bool = false
  ) -> [String] {
    guard let error = refusal(body, version, strict: strict)?.error else { return [] }
    return error.details.isEmpty
      ? [error.target ?? "none"] : error.details.map { $0.target ?? "none" }
  }
}
