import HTTP1

/// Why a request is refused: the response that the service would give, and for the journal the check that
/// failed. Contract guide, "Order of the checks".
///
/// It is one reference. A rejection is rare, but every request has a place for one, which is copied with the rest.
package struct Rejection: Error, Sendable, Equatable {
  /// The checks, in their order.
  package enum Stage: String, Sendable, CaseIterable {
    case http, route, apiVersion, authorization, body, repeatability, call
  }

  private let parts: Parts

  package var stage: Stage { parts.stage }
  package var status: Int { parts.status }
  package var error: CommunicationError { parts.error }
  /// Field lines that this response has beyond those of every response (`WWW-Authenticate`, `Allow`,
  /// `api-supported-versions`, …).
  package var fields: [ResponseField] { parts.fields }
  /// The section of the Contract guide that the request violates, e.g. `4. Authorization`.
  package var section: String { parts.section }

  /// What the error's message says in two parts: what was wrong, and what to change. nil where it says no more than what
  /// was wrong.
  package var advised: Advised? { parts.advised }

  /// The parts of a message that has advice.
  package struct Advised: Sendable, Equatable {
    package let reason: String
    package let advice: String

    package init(_ reason: String, advice: String) { (self.reason, self.advice) = (reason, advice) }
  }

  package init(
    stage: Stage, status: Int, error: CommunicationError, fields: [ResponseField] = [],
    section: String, advised: Advised? = nil
  ) {
    parts = Parts(stage, status, error, fields, section, advised)
  }

  package static func == (one: Rejection, other: Rejection) -> Bool {
    one.parts === other.parts
      || one.stage == other.stage && one.status == other.status && one.error == other.error
        && one.fields == other.fields && one.section == other.section
  }

  private final class Parts: Sendable {
    let stage: Stage
    let status: Int
    let error: CommunicationError
    let fields: [ResponseField]
    let section: String
    let advised: Advised?

    init(
      _ stage: Stage, _ status: Int, _ error: CommunicationError, _ fields: [ResponseField],
      _ section: String, _ advised: Advised?
    ) {
      self.stage = stage
      self.status = status
      self.error = error
      self.fields = fields
      self.section = section
      self.advised = advised
    }
  }
}
