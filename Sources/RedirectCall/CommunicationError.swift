/// The service's error object. Contract guide, CommunicationErrorResponse.
package struct CommunicationError: Sendable, Equatable {
  package var code: String
  /// What was wrong, what was expected and where.
  package var message: String
  /// The JSON path or parameter that the error is about.
  package var target: String?
  package var details: [CommunicationError]
  /// At most one element: an array because a struct cannot hold itself.
  package var innererror: [CommunicationError]

  package init(
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
