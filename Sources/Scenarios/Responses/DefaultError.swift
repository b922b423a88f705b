import HTTP1
import RedirectCall

/// The error in a response if its scenario gives only a status.
package enum DefaultError {
  /// The service's code and words for a status if it has some, else the status's own.
  package static func error(_ status: Int) -> CommunicationError {
    let phrase = "\(ReasonPhrase.of(status))"
    let words = phrase.isEmpty ? "Unassigned" : phrase
    let (code, message) =
      known[status] ?? (words.filter { $0.isLetter || $0.isNumber }, "\(words).")
    return CommunicationError(code: code, message: message)
  }

  private static let known: [Int: (String, String)] = [
    400: ("8523", "The request is invalid."),
    401: ("Denied", "Denied by the resource provider."),
    403: ("7504", "Insufficient application permissions."),
    404: ("8522", "Call not found."),
    409: ("8519", "The call is being redirected by another request."),
    412: ("RepeatabilityWindowPassed", "The repeatability window has passed."),
    429: ("8516", "Call Throttled"),
    500: ("InternalServerError", "The service met an internal error."),
    502: ("BadGateway", "A server behind the gateway gave no valid response."),
    503: ("ServiceUnavailable", "The service is not available at the moment."),
    504: ("GatewayTimeout", "A server behind the gateway gave no response in time."),
  ]
}
