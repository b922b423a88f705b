/// A message that cannot be read in one way only, or that is beyond a limit. The connection ends after the
/// answer, since where the next message begins is not known.
package struct HTTPError: Error, Sendable, Equatable {
  /// What is wrong, each kind with the status that says so.
  package enum Reason: Int, Sendable, CaseIterable {
    case badRequest = 400
    case requestTimeout = 408
    case contentTooLarge = 413
    case uriTooLong = 414
    case expectationFailed = 417
    case fieldsTooLarge = 431
    case notImplemented = 501
    case serviceUnavailable = 503
    case versionNotSupported = 505
  }

  package let reason: Reason
  /// What was wrong, what was expected, and where.
  package let message: String

  package init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  package var status: Int { reason.rawValue }
}
