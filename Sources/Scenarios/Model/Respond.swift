import Core
import HTTP1
import RedirectCall

/// An answer that a rule gives, in the service's own shape unless it has a body of its own.
package struct Respond: Sendable, Equatable {
  package enum RetryAfter: Sendable, Hashable {
    /// `Retry-After` in whole seconds, rounded up; below a second also in the two fields for milliseconds.
    case delay(DurationText)
    /// `Retry-After` as a date so far from now, rounded up to a whole second.
    case date(DurationText)
  }

  /// 200...599.
  package var status: Int
  /// nil for the status's own.
  package var error: CommunicationError?
  /// Beyond those of every answer; one that has the name of such a one stands in for it.
  package var headers: [ResponseField]
  /// Names of headers that the response goes without, though every other has them.
  package var omittedHeaders: [String]
  /// Sent as it is; nil for the error's JSON.
  package var body: String?
  package var contentType: String?
  package var retryAfter: RetryAfter?
  /// `retry-after-ms` and `x-ms-retry-after-ms`.
  package var retryAfterMilliseconds: Int?

  package init(
    status: Int, error: CommunicationError? = nil, headers: [ResponseField] = [],
    omittedHeaders: [String] = [], body: String? = nil, contentType: String? = nil,
    retryAfter: RetryAfter? = nil,
    retryAfterMilliseconds: Int? = nil
  ) {
    self.status = status
    self.error = error
    self.headers = headers
    self.omittedHeaders = omittedHeaders
    self.body = body
    self.contentType = contentType
    self.retryAfter = retryAfter
    self.retryAfterMilliseconds = retryAfterMilliseconds
  }
}
