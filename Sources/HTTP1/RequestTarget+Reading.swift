extension RequestTarget {
  /// Finds the target's form and parts. RFC 9112 §3.2.
  mutating func read(_ bytes: Span<UInt8>, method: Method) throws(HTTPError) {
    try checkCharacters(bytes)
    let start = whole.lowerBound
    if method == .connect {
      form = .authority
      authority = whole
      try HostField.check(bytes, whole)
      return
    }
    if bytes[start] == 0x2F {
      form = .origin
      split(bytes, from: start)
    } else if bytes[start] == 0x2A, whole.count == 1 {
      guard method == .options else {
        throw HTTPError(.badRequest, "request line: the target * goes with OPTIONS only")
      }
      form = .asterisk
    } else {
      try readAbsolute(bytes)
    }
  }

  private mutating func readAbsolute(_ bytes: Span<UInt8>) throws(HTTPError) {
    let start = whole.lowerBound
    let length =
      ASCII.hasPrefixIgnoringCase(bytes, whole, "http://")
      ? 7 : ASCII.hasPrefixIgnoringCase(bytes, whole, "https://") ? 8 : 0
    guard length > 0 else {
      throw HTTPError(
        .badRequest, "request line: the target is neither a path nor an http or https URI")
    }
    var end = start &+ length
    while end < whole.upperBound, bytes[end] != 0x2F, bytes[end] != 0x3F { end &+= 1 }
    form = .absolute
    let range = (start &+ length)..<end
    authority = range
    try HostField.check(bytes, range)
    split(bytes, from: end)
  }

  private mutating func split(_ bytes: Span<UInt8>, from start: Int) {
    var index = start
    while index < whole.upperBound, bytes[index] != 0x3F { index &+= 1 }
    path = start..<index
    query = index < whole.upperBound ? (index &+ 1)..<whole.upperBound : nil
  }

  private func checkCharacters(_ bytes: Span<UInt8>) throws(HTTPError) {
    var index = whole.lowerBound
    while index < whole.upperBound {
      let byte = bytes[index]
      guard ByteClass.target.contains(byte) else {
        throw HTTPError(
          .badRequest,
          "request line: 0x\(String(byte, radix: 16)) is no character of a request target; it has to be percent-encoded"
        )
      }
      if byte == 0x25 {
        guard whole.upperBound &- index >= 3, ASCII.isHexDigit(bytes[index &+ 1]),
          ASCII.isHexDigit(bytes[index &+ 2])
        else {
          throw HTTPError(
            .badRequest, "request line: % without two hexadecimal digits in the target")
        }
      }
      index &+= 1
    }
  }
}
