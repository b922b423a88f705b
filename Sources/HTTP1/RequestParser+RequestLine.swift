import Core

extension RequestParser {
  /// Reads `method SP request-target SP HTTP-version CRLF`, after one empty line at most. RFC 9112 §3, §2.2.
  mutating func parseRequestLine(_ bytes: Span<UInt8>) throws(HTTPError) -> Bool {
    if phase == .start {
      guard bytes.count > 0 else { return false }
      if bytes[0] == ASCII.carriageReturn {
        guard bytes.count > 1 else { return false }
        guard bytes[1] == ASCII.lineFeed else { throw bareCarriageReturn(bytes[1]) }
        guard bytes.count > 2 else { return false }
        position = 2
      }
      start = position
      phase = .method
    }
    if phase == .method {
      guard try parseMethod(bytes) else { return false }
    }
    if phase == .target {
      guard try parseTarget(bytes) else { return false }
    }
    if phase == .version {
      guard try parseVersion(bytes) else { return false }
    }
    guard position < bytes.count else { return false }
    guard bytes[position] == ASCII.lineFeed else { throw bareCarriageReturn(bytes[position]) }
    position += 1
    phase = .fieldStart
    return true
  }

  private mutating func parseMethod(_ bytes: Span<UInt8>) throws(HTTPError) -> Bool {
    var index = position
    while index < bytes.count, ASCII.isTokenByte(bytes[index]) { index += 1 }
    position = index
    guard index - start <= limits.maxMethod else {
      throw HTTPError(
        .methodTooLong, "request line: the method is longer than \(limits.maxMethod) bytes")
    }
    guard index < bytes.count else { return false }
    guard index > start else {
      throw HTTPError(
        .invalidMethod,
        "request line: \(ASCII.name(bytes[index])) where a method was expected")
    }
    guard bytes[index] == ASCII.space else {
      throw HTTPError(
        .invalidMethod,
        "request line: \(ASCII.name(bytes[index])) after the method, expected one space")
    }
    head.methodBytes = start..<index
    head.method = Method(bytes, token: start..<index)
    position = index + 1
    start = position
    phase = .target
    return true
  }

  private mutating func parseTarget(_ bytes: Span<UInt8>) throws(HTTPError) -> Bool {
    var index = position
    while index < bytes.count {
      index = ByteScan.endOfPlainTarget(bytes, from: index)
      guard index - start <= limits.maxTarget else { throw targetTooLong() }
      guard index < bytes.count else { break }
      let byte = bytes[index]
      if ASCII.isTargetByte(byte) {
        index += 1
      } else if byte == ASCII.questionMark {
        if query == nil { query = index + 1 }
        index += 1
      } else if byte == ASCII.percentSign {
        for digit in (index + 1)..<min(index + 3, bytes.count)
        where Hexadecimal.value(bytes[digit]) == nil {
          throw HTTPError(
            .invalidTarget,
            "request target, byte \(index - start): '%' without two hexadecimal digits after it")
        }
        guard bytes.count - index >= 3 else { break }
        index += 3
      } else {
        break
      }
      guard index - start <= limits.maxTarget else { throw targetTooLong() }
    }
    position = index
    guard index < bytes.count else { return false }
    if bytes[index] == ASCII.percentSign {
      guard index + 3 - start <= limits.maxTarget else { throw targetTooLong() }
      return false
    }
    guard bytes[index] == ASCII.space, index > start else {
      throw badTargetByte(bytes[index], at: index - start)
    }
    head.target.whole = start..<index
    position = index + 1
    start = position
    phase = .version
    return true
  }

  private mutating func parseVersion(_ bytes: Span<UInt8>) throws(HTTPError) -> Bool {
    let expected: StaticString = "HTTP/1.1"
    while position < bytes.count, position - start < expected.utf8CodeUnitCount {
      let offset = position - start
      let byte = bytes[position]
      let matches =
        offset == 5 || offset == 7
        ? ASCII.isDigit(byte)
        : expected.withUTF8Buffer { offset < $0.count && $0[offset] == byte }
      guard matches else {
        throw HTTPError(
          .invalidVersion,
          "request line: \(ASCII.name(byte)) in the HTTP version, expected HTTP/1.1 or HTTP/1.0")
      }
      position += 1
    }
    guard position - start == expected.utf8CodeUnitCount else { return false }
    guard bytes[start + 5] == UInt8(ascii: "1") else {
      throw HTTPError(
        .unsupportedVersion,
        "request line: HTTP/\(bytes[start + 5] &- ASCII.zero).\(bytes[start + 7] &- ASCII.zero) is not served, expected HTTP/1.1 or HTTP/1.0"
      )
    }
    guard position < bytes.count else { return false }
    guard bytes[position] == ASCII.carriageReturn else {
      throw bytes[position] == ASCII.lineFeed
        ? HTTPError(.invalidLineEnding, "request line: a bare LF ends it, expected CR LF")
        : HTTPError(
          .invalidVersion,
          "request line: \(ASCII.name(bytes[position])) after the HTTP version, expected CR LF")
    }
    // A higher minor version than the highest that is known is read as that one. RFC 9110 §2.5.
    head.version = HTTPVersion(major: 1, minor: bytes[start + 7] == ASCII.zero ? 0 : 1)
    try readTargetForm(bytes)
    position += 1
    phase = .requestLineEnd
    return true
  }

  /// Finds the target's form and its parts. RFC 9112 §3.2. It runs after the version was read, so that the HTTP/2
  /// preface (`PRI * HTTP/2.0`) is refused because of its version.
  private mutating func readTargetForm(_ bytes: Span<UInt8>) throws(HTTPError) {
    let whole = head.target.whole
    var target = RequestTarget()
    target.whole = whole
    if head.method == .connect {
      guard AuthoritySyntax.accepts(bytes, whole, port: .required) else {
        throw HTTPError(
          .invalidTarget, "request target: CONNECT expects host:port (authority-form)")
      }
      target.form = .authority
      target.authority = whole
    } else if bytes[whole.lowerBound] == ASCII.slash {
      splitQuery(from: whole.lowerBound, of: &target)
    } else if bytes[whole.lowerBound] == ASCII.asterisk {
      guard whole.count == 1, head.method == .options else {
        throw HTTPError(
          .invalidTarget, "request target: '*' (asterisk-form) is for OPTIONS only, and alone")
      }
      target.form = .asterisk
    } else {
      guard let authority = authority(of: whole, in: bytes) else {
        throw HTTPError(
          .invalidTarget,
          "request target: expected a path that begins with '/', or an http or https URI")
      }
      guard AuthoritySyntax.accepts(bytes, authority, port: .optional) else {
        throw HTTPError(
          .invalidTarget,
          "request target: the authority is not a host with an optional port (absolute-form)")
      }
      target.form = .absolute
      target.authority = authority
      splitQuery(from: authority.upperBound, of: &target)
    }
    head.target = target
  }

  private func splitQuery(from path: Int, of target: inout RequestTarget) {
    let end = target.whole.upperBound
    if let query {
      target.path = path..<(query - 1)
      target.query = query..<end
    } else {
      target.path = path..<end
    }
  }

  /// The authority of an http or https URI; nil for anything else.
  private func authority(of whole: Range<Int>, in bytes: Span<UInt8>) -> Range<Int>? {
    let schemeLength =
      whole.count >= 7
        && bytes.holds(ignoringCase: "http://", in: whole.lowerBound..<(whole.lowerBound + 7))
      ? 7
      : whole.count >= 8
        && bytes.holds(ignoringCase: "https://", in: whole.lowerBound..<(whole.lowerBound + 8))
        ? 8 : nil
    guard let schemeLength else { return nil }
    let start = whole.lowerBound + schemeLength
    var end = start
    while end < whole.upperBound, bytes[end] != ASCII.slash, bytes[end] != ASCII.questionMark {
      end += 1
    }
    return start..<end
  }
}
