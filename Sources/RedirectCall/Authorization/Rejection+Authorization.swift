import HTTP1

/// The service's subcodes for faults of credentials. Contract guide, Authorization.
package enum AuthorizationFault: String, Sendable {
  case invalidToken = "7501"
  case hmacValidation = "7509"

  /// What the service says to a client, for every reason.
  var outer: (code: String, message: String) {
    switch self {
    case .invalidToken: ("Denied", "Denied by the resource provider.")
    case .hmacValidation: ("7509", "HMAC-SHA256 validation failed")
    }
  }
}

extension Rejection {
  private static let authorizationSection = "4. Authorization"

  /// 401: the outer error has the service's own code and words, which do not say why; the reason is in its
  /// `innererror`. A failed signature has another code than a failed token, as in the live service.
  /// - Parameters:
  ///   - reason: what was wrong, what was expected and where; never a key or a signature.
  ///   - advice: what to change, in a sentence after the reason.
  ///   - details: what a user may want to compare, if it is too long for a reason.
  package static func denied(
    _ fault: AuthorizationFault, _ reason: String, advice: String? = nil,
    details: [CommunicationError] = []
  ) -> Rejection {
    let message = advice.map { "\(reason) \($0)" } ?? reason
    return Rejection(
      stage: .authorization, status: 401,
      error: CommunicationError(
        code: fault.outer.code, message: fault.outer.message,
        innererror: CommunicationError(code: fault.rawValue, message: message, details: details)),
      fields: [ResponseField("WWW-Authenticate", "Bearer, HMAC-SHA256")],
      section: authorizationSection, advised: advice.map { .init(reason, advice: $0) })
  }

  /// 403 `7504`: the credential is right, but does not allow this operation.
  package static func insufficientPermissions(_ reason: String) -> Rejection {
    Rejection(
      stage: .authorization, status: 403, error: CommunicationError(code: "7504", message: reason),
      section: authorizationSection)
  }

  /// 403 `7508`: the credential is right, but belongs to another resource.
  package static func otherResource(_ reason: String) -> Rejection {
    Rejection(
      stage: .authorization, status: 403, error: CommunicationError(code: "7508", message: reason),
      section: authorizationSection)
  }
}
