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

extension KnownFieldName {
  /// The known name that `token` is, in any case. Its length and its last letter leave only one candidate.
  ///
  /// - Parameter token: bytes that are a token. Setting bit 5 then makes letters lower case, and
  ///   makes no other byte of a token equal to a byte of a known name.
  init?(_ bytes: Span<UInt8>, token: Range<Int>) {
    guard !token.isEmpty else { return nil }
    let last = bytes[token.upperBound - 1] | 0x20
    let candidate: KnownFieldName
    switch token.count {
    case 4: candidate = last == UInt8(ascii: "t") ? .host : .date
    case 6: candidate = last == UInt8(ascii: "t") ? .expect : .origin
    case 9: candidate = last == UInt8(ascii: "t") ? .xMSHost : .xMSDate
    case 10: candidate = .connection
    case 12: candidate = .contentType
    case 13: candidate = last == UInt8(ascii: "n") ? .authorization : .lastEventID
    case 14:
      candidate =
        last == UInt8(ascii: "h")
        ? .contentLength : last == UInt8(ascii: "y") ? .xEmulatorKey : .secFetchSite
    case 16: candidate = .xForwardedHost
    case 17: candidate = .transferEncoding
    case 19: candidate = .xMSContentSHA256
    case 22: candidate = .xMSClientRequestID
    case 24:
      candidate = last == UInt8(ascii: "d") ? .repeatabilityRequestID : .repeatabilityFirstSent
    case 31: candidate = .xMSHMACStringToSign
    default: return nil
    }
    let name = bytes.extracting(token)
    let matches = candidate.lowercased.withUTF8Buffer {
      ByteScan.equalsLowered(name, $0.span)
    }
    guard matches else { return nil }
    self = candidate
  }
}
