/// The values of `error.code` that these checks respond with. Contract guide, "9. CommunicationErrorResponse".
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

/// Message texts that the contract fixes word by word. Contract guide, "3. api-version".
package enum ContractMessage {
  package static let missingAPIVersion =
    "The api-version query parameter (?api-version=) is required for all requests"

  /// - Parameters:
  ///   - version: the value that the client gave.
  ///   - supported: the served versions, separated by a comma and a space.
  package static func unsupportedAPIVersion(_ version: String, supported: String) -> String {
    "Unsupported api-version '\(version)'. The supported api-versions are '\(supported)'."
  }

  /// What follows ``unsupportedAPIVersion(_:supported:)`` for a preview: the emulator's own hint.
  package static func howToServe(preview version: String) -> String {
    "To serve this preview, start the emulator with --api-version \(version), beside the others that you need, or with --skip-api-version-check."
  }
}

/// The sections of the Contract guide, as ``Rejection/section`` cites them.
package enum ContractSection {
  package static let operation = "1. The operation"
  package static let apiVersion = "3. api-version"
  package static let authorization = "4. Authorization"
  package static let body = "5. Body"
  package static let repeatability = "6. Repeatability"
  package static let call = "7. The call"
  package static let headers = "8. Headers of every response"
}
