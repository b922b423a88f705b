/// The field names that the emulator reads, recognised once while parsing, so that finding one later
/// compares a byte and not a string. RFC 9110 §5.1: names are compared without case.
package enum KnownFieldName: UInt8, Sendable, CaseIterable {
  case host
  case contentLength
  case transferEncoding
  case connection
  case expect
  case contentType
  case authorization
  case date
  case xMSDate
  case xMSContentSHA256
  case xMSHost
  case xForwardedHost
  case xMSHMACStringToSign
  case xMSClientRequestID
  case repeatabilityRequestID
  case repeatabilityFirstSent
  case origin
  case secFetchSite
  case lastEventID
  case xEmulatorKey

  /// The name in lower case.
  package var lowercased: StaticString {
    switch self {
    case .host: "host"
    case .contentLength: "content-length"
    case .transferEncoding: "transfer-encoding"
    case .connection: "connection"
    case .expect: "expect"
    case .contentType: "content-type"
    case .authorization: "authorization"
    case .date: "date"
    case .xMSDate: "x-ms-date"
    case .xMSContentSHA256: "x-ms-content-sha256"
    case .xMSHost: "x-ms-host"
    case .xForwardedHost: "x-forwarded-host"
    case .xMSHMACStringToSign: "x-ms-hmac-string-to-sign-base64"
    case .xMSClientRequestID: "x-ms-client-request-id"
    case .repeatabilityRequestID: "repeatability-request-id"
    case .repeatabilityFirstSent: "repeatability-first-sent"
    case .origin: "origin"
    case .secFetchSite: "sec-fetch-site"
    case .lastEventID: "last-event-id"
    case .xEmulatorKey: "x-emulator-key"
    }
  }
}
