import Core
import HTTP1

/// The check of the two repeatability headers by themselves, without a memory of earlier requests. Contract
/// guide, "6. Repeatability".
package enum RepeatabilityHeaders {
  /// How far `Repeatability-First-Sent` may be from now, either way.
  package static let windowSeconds: Int64 = 300

  /// The pair that a request carries; nil if it carries neither.
  ///
  /// - Parameters:
  ///   - message: the request's bytes.
  ///   - head: its head.
  ///   - now: the resource's time. Compared in whole seconds, the header's own precision.
  ///   - strict: refuse UUIDs of a version other than 4.
  package static func check(
    message: Span<UInt8>, head: RequestHead, now: Instant, strict: Bool
  ) throws(Rejection) -> RepeatabilityKey? {
    var requestID: Range<Int>?
    var firstSent: Range<Int>?
    for field in head.fields {
      switch field.known {
      case .repeatabilityRequestID?:
        if requestID != nil { throw twice(requestIDName) }
        requestID = field.value
      case .repeatabilityFirstSent?:
        if firstSent != nil { throw twice(firstSentName) }
        firstSent = field.value
      default: break
      }
    }
    switch (requestID, firstSent) {
    case (nil, nil): return nil
    case (nil, _?): throw missing(requestIDName, beside: firstSentName)
    case (let requestID?, let firstSent):
      guard let uuid = RequestUUID(message, in: requestID), !strict || uuid.isVersion4 else {
        throw notUUID(message, requestID, strict: strict)
      }
      guard let firstSent else { throw missing(firstSentName, beside: requestIDName) }
      guard let date = IMFFixdate(message, in: firstSent) else {
        throw notDate(message, firstSent)
      }
      guard isInWindow(date, now: now) else { throw outsideWindow(date, now: now) }
      return RepeatabilityKey(requestID: uuid, firstSent: date)
    }
  }

  /// Whether a first-sent date is at most five minutes from now.
  package static func isInWindow(_ firstSent: IMFFixdate, now: Instant) -> Bool {
    // Both are seconds of the years 0 to 9999 or of 64-bit nanoseconds, too small for this to overflow.
    (now.seconds - firstSent.secondsSince1970).magnitude <= windowSeconds.magnitude
  }

  private static let requestIDName = "Repeatability-Request-ID"
  private static let firstSentName = "Repeatability-First-Sent"

  private static func twice(_ name: String) -> Rejection {
    rejected(
      ErrorCode.invalidHeaderValue, target: name,
      "\(name) is given more than once; send it once, beside its pair.")
  }

  private static func missing(_ name: String, beside other: String) -> Rejection {
    rejected(
      ErrorCode.missingRequiredHeader, target: name,
      "\(other) is given without \(name); send both or neither.")
  }

  private static func notUUID(_ message: Span<UInt8>, _ value: Range<Int>, strict: Bool)
    -> Rejection
  {
    let expected = strict ? "a UUID of version 4" : "a UUID"
    return rejected(
      ErrorCode.invalidHeaderValue, target: requestIDName,
      "\(requestIDName) is '\(shortened(message.string(in: value)))', but must be \(expected), such "
        + "as 2f0b6dc4-5f3c-4b0e-9d8b-0c6a1f6f1c11.")
  }

  private static func notDate(_ message: Span<UInt8>, _ value: Range<Int>) -> Rejection {
    rejected(
      ErrorCode.invalidHeaderValue, target: firstSentName,
      "\(firstSentName) is '\(shortened(message.string(in: value)))', but must be an IMF-fixdate "
        + "(RFC 9110 §5.6.7), such as Sun, 06 Nov 1994 08:49:37 GMT.")
  }

  private static func outsideWindow(_ date: IMFFixdate, now: Instant) -> Rejection {
    let clock = IMFFixdate(secondsSince1970: now.seconds)
    return rejected(
      ErrorCode.repeatabilityWindowPassed, target: firstSentName, status: 412,
      "\(firstSentName) is \(date), more than 5 minutes from the service's clock, which says "
        + "\(clock); send a new operation with a new id.")
  }

  private static func rejected(
    _ code: String, target: String, status: Int = 400, _ message: String
  ) -> Rejection {
    Rejection(
      stage: .repeatability, status: status,
      error: CommunicationError(code: code, message: message, target: target),
      fields: [RepeatabilityResult.rejected.field], section: ContractSection.repeatability)
  }
}

/// The pair of headers that makes a request repeatable: the same pair on every try of one operation.
/// Contract guide, "6. Repeatability".
package struct RepeatabilityKey: Sendable, Hashable {
  package var requestID: RequestUUID
  package var firstSent: IMFFixdate

  package init(requestID: RequestUUID, firstSent: IMFFixdate) {
    self.requestID = requestID
    self.firstSent = firstSent
  }
}
