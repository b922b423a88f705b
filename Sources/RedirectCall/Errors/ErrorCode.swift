/// The values of `error.code` that these checks answer with. Contract guide, "9. CommunicationErrorResponse".
package enum ErrorCode {
  /// The service's generic code for an invalid argument.
  package static let invalidArgument = "8523"
  package static let missingAPIVersionParameter = "MissingApiVersionParameter"
  package static let unsupportedAPIVersionValue = "UnsupportedApiVersionValue"
  package static let invalidQueryParameterValue = "InvalidQueryParameterValue"
  package static let resourceNotFound = "ResourceNotFound"
  package static let methodNotAllowed = "MethodNotAllowed"
  package static let unsupportedMediaType = "UnsupportedMediaType"
  package static let missingRequiredHeader = "MissingRequiredHeader"
  package static let invalidHeaderValue = "InvalidHeaderValue"
  package static let repeatabilityWindowPassed = "RepeatabilityWindowPassed"
  package static let repeatabilityRequestIDReused = "RepeatabilityRequestIdReused"
  package static let repeatabilityRequestInProgress = "RepeatabilityRequestInProgress"
}
