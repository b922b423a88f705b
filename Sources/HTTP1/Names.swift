extension Method {
  /// The method that a token names. RFC 9110 §9.1: compared with case.
  init(_ bytes: Span<UInt8>, in range: Range<Int>) {
    switch range.count {
    case 3:
      self =
        ASCII.equals(bytes, range, "GET") ? .get : ASCII.equals(bytes, range, "PUT") ? .put : .other
    case 4:
      self =
        ASCII.equals(bytes, range, "POST")
        ? .post : ASCII.equals(bytes, range, "HEAD") ? .head : .other
    case 5:
      self =
        ASCII.equals(bytes, range, "PATCH")
        ? .patch : ASCII.equals(bytes, range, "TRACE") ? .trace : .other
    case 6: self = ASCII.equals(bytes, range, "DELETE") ? .delete : .other
    case 7:
      self =
        ASCII.equals(bytes, range, "OPTIONS")
        ? .options : ASCII.equals(bytes, range, "CONNECT") ? .connect : .other
    default: self = .other
    }
  }
}

extension KnownFieldName {
  /// The name that stands in `range`, if it is one of these: told apart by length first, so that most names
  /// are compared with one candidate or none.
  init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    let candidate: KnownFieldName?
    switch range.count {
    case 4: candidate = ASCII.lowercased(bytes[range.lowerBound]) == 0x68 ? .host : .date
    case 6: candidate = ASCII.lowercased(bytes[range.lowerBound]) == 0x65 ? .expect : .origin
    case 9: candidate = ASCII.lowercased(bytes[range.upperBound &- 1]) == 0x65 ? .xMSDate : .xMSHost
    case 10: candidate = .connection
    case 12: candidate = .contentType
    case 13:
      candidate = ASCII.lowercased(bytes[range.lowerBound]) == 0x61 ? .authorization : .lastEventID
    case 14:
      candidate = ASCII.lowercased(bytes[range.lowerBound]) == 0x63 ? .contentLength : .xEmulatorKey
    case 17: candidate = .transferEncoding
    case 19: candidate = .xMSContentSHA256
    case 22: candidate = .xMSClientRequestID
    case 24:
      // The two repeatability fields, told apart by the letter behind their common beginning.
      candidate =
        ASCII.lowercased(bytes[range.lowerBound &+ 14]) == 0x72
        ? .repeatabilityRequestID : .repeatabilityFirstSent
    case 31: candidate = .xMSHMACStringToSign
    default: candidate = nil
    }
    if let candidate, ASCII.equalsIgnoringCase(bytes, range, candidate.lowercased) {
      self = candidate
    } else if range.count == 14, ASCII.equalsIgnoringCase(bytes, range, "sec-fetch-site") {
      self = .secFetchSite
    } else {
      return nil
    }
  }
}
