import HTTP1

/// Why a request is refused: the response that the service would give, and for the journal the check that
/// failed. Contract guide, "Order of the checks".
package struct Rejection: Error, Sendable, Equatable {
  /// The checks, in their order.
  package enum Stage: String, Sendable, CaseIterable {
    case http, route, apiVersion, authorization, body, repeatability, call
  }

  package var stage: Stage
  package var status: Int
  package var error: CommunicationError
  /// Field lines that this response has beyond those of every response (`WWW-Authenticate`, `Allow`,
  /// `api-supported-versions`, …).
  package var fields: [ResponseField]
  /// The section of the Contract guide that the request broke, e.g. `4. Authorization`.
  package var section: String

  package init(
    stage: Stage, status: Int, error: CommunicationError, fields: [ResponseField] = [],
    section: String
  ) {
    self.stage = stage
    self.status = status
    self.error = error
    self.fields = fields
    self.section = section
  }
}
