import Core
import HTTP1
import RedirectCall

/// A response that a rule gives. It has the service's own form, unless it has a body of its own.
public struct Respond: Sendable, Equatable {
  /// How long the client is asked to wait.
  public enum RetryAfter: Sendable, Hashable {
    /// `Retry-After` in whole seconds, rounded up; if shorter than a second, also in the two fields for milliseconds.
    case delay(Duration)
    /// `Retry-After` as a date, this long from now, rounded up to a whole second.
    case date(Duration)
  }

  /// 200...599.
  public var status: Int
  /// nil for the status's own error.
  public var error: CommunicationError?
  /// Extra fields; a field with the name of a default one replaces it.
  package var headers: [ResponseField]
  /// Names of headers that the response does not have, although every other response has them.
  package var omittedHeaders: [String]
  /// Sent as it is; nil for the error's JSON.
  public var body: String?
  /// The content's type.
  public var contentType: String?
  /// How long the client is asked to wait.
  public var retryAfter: RetryAfter?
  /// `retry-after-ms` and `x-ms-retry-after-ms`.
  public var retryAfterMilliseconds: Int?

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

  /// A response with this status.
  ///
  /// - Parameters:
  ///   - status: 200 to 599.
  ///   - code: the error's code; nil is the service's code for the status.
  ///   - message: the error's message; nil is the service's message for the status.
  ///   - retryAfter: how long the client is asked to wait.
  ///   - headers: extra headers; one with a default one's name replaces it, and nil removes it.
  ///   - body: content that is sent as it is, instead of the error.
  ///   - contentType: the content's type.
  public init(
    _ status: Int, code: String? = nil, message: String? = nil, retryAfter: Duration? = nil,
    headers: [String: String?] = [:], body: String? = nil, contentType: String? = nil
  ) {
    self.init(
      status: status, body: body, contentType: contentType,
      retryAfter: retryAfter.map { .delay($0) })
    if code != nil || message != nil {
      let usual = DefaultError.error(status)
      error = CommunicationError(code: code ?? usual.code, message: message ?? usual.message)
    }
    // Sorted, so that the same values make the same bytes.
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
      if let value {
        self.headers.append(ResponseField(name, value))
      } else {
        omittedHeaders.append(name)
      }
    }
  }
}
