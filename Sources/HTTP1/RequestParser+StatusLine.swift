import Core

extension RequestParser {
  /// Reads `HTTP-version SP status-code SP [ reason-phrase ] CRLF`. RFC 9112 §4.
  ///
  /// A server may leave out the second space if it has no phrase: the line is unambiguous without it, too.
  mutating func parseStatusLine(_ bytes: Span<UInt8>) throws(HTTPError) -> Bool {
    if phase == .start, !bytes.isEmpty {
      status = 0
      phase = .version
    }
    while position < bytes.count {
      let byte = bytes[position]
      if phase == .requestLineEnd {
        guard byte == ASCII.lineFeed else { throw bareCarriageReturn(byte) }
        position += 1
        phase = .fieldStart
        return true
      }
      if position < 12 {
        try readFixedPart(byte)
      } else if byte == ASCII.carriageReturn {
        phase = .requestLineEnd
      } else if byte == ASCII.lineFeed {
        throw HTTPError(.invalidLineEnding, "status line: a bare LF ends it, expected CR LF")
      } else if position == 12, byte != ASCII.space {
        throw HTTPError(
          .invalidVersion,
          "status line: \(ASCII.name(byte)) after the status, expected a space and a phrase")
      } else if !ASCII.isFieldValueByte(byte) {
        throw HTTPError(.invalidVersion, "status line: \(ASCII.name(byte)) in the reason phrase")
      }
      position += 1
    }
    return false
  }

  /// A byte of `HTTP/1.1 204`, at ``position``.
  private mutating func readFixedPart(_ byte: UInt8) throws(HTTPError) {
    let form: StaticString = "HTTP/d.d ddd"
    let expected = form.withUTF8Buffer { position < $0.count ? $0[position] : 0 }
    guard expected == UInt8(ascii: "d") ? ASCII.isDigit(byte) : byte == expected else {
      throw HTTPError(
        .invalidVersion,
        "status line: \(ASCII.name(byte)) at its byte \(position), expected the form HTTP/1.1 200")
    }
    switch position {
    case 5:
      guard byte == UInt8(ascii: "1") else {
        throw HTTPError(
          .unsupportedVersion,
          "status line: HTTP/\(byte &- ASCII.zero), expected HTTP/1.1 or HTTP/1.0")
      }
    case 7:
      // A higher minor version is read as the highest that is known. RFC 9110 §2.5.
      head.version = HTTPVersion(major: 1, minor: byte == ASCII.zero ? 0 : 1)
    case 9, 10:
      status = status * 10 + Int(byte &- ASCII.zero)
    case 11:
      status = status * 10 + Int(byte &- ASCII.zero)
      guard (100...599).contains(status) else {
        throw HTTPError(.invalidVersion, "status line: status \(status), expected 100 to 599")
      }
    default: break
    }
  }
}
