/// One place where JSON breaks the contract's schema. Contract guide, "5. Body".
struct BodyFault: Equatable {
  /// The path from the top: `target.communicationUser.id`, `target.extras[2].a`; `$` for the top itself.
  var target: String
  var message: String

  var error: CommunicationError {
    CommunicationError(code: ErrorCode.invalidArgument, message: message, target: target)
  }
}
