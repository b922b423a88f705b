extension KnownFieldName {
  /// The known name that `token` spells, in any case. Its length and its last letter leave one candidate.
  ///
  /// - Parameter token: bytes that were checked to be a token: setting bit 5 then lowers the letters and
  ///   makes no other byte of a token equal to one of a known name.
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
