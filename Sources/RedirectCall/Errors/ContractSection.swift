/// The sections of the Contract guide, as ``Rejection/section`` cites them.
package enum ContractSection {
  package static let operation = "1. The operation"
  package static let orderOfTheChecks = "2. Order of the checks"
  package static let apiVersion = "3. api-version"
  package static let authorization = "4. Authorization"
  package static let body = "5. Body"
  package static let repeatability = "6. Repeatability"
  package static let call = "7. The call"
  package static let headers = "8. Headers of every answer"
  package static let errorResponse = "9. CommunicationErrorResponse"
}
