/// The service's error object. Contract guide, CommunicationErrorResponse.
public struct CommunicationError: Sendable, Equatable {
  /// What clients branch on.
  public var code: String
  /// What was wrong, what was expected and where.
  public var message: String
  /// The JSON path or parameter that the error is about.
  public var target: String?
  /// Errors that this one consists of.
  public var details: [CommunicationError]
  /// At most one element: an array because a struct cannot hold itself.
  public var innererror: [CommunicationError]

  /// An error of these parts.
  public init(
    code: String, message: String, target: String? = nil, details: [CommunicationError] = [],
    innererror: CommunicationError? = nil
  ) {
    self.code = code
    self.message = message
    self.target = target
    self.details = details
    self.innererror = innererror.map { [$0] } ?? []
  }
}
