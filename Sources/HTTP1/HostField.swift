/// The check of a `Host` value: `uri-host [ ":" port ]`. RFC 9110 §7.2, RFC 3986 §3.2.
enum HostField {
  /// One malformed value is let through: a name and the same port twice, `localhost:4010:4010`. It is what the
  /// official JavaScript SDK signs and sends for a port that is not its scheme's.
  static func check(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPError) {
    var index = value.lowerBound
    if index < value.upperBound, bytes[index] == 0x5B {
      index &+= 1
      let start = index
      while index < value.upperBound, isAddressByte(bytes[index]) { index &+= 1 }
      guard index > start, index < value.upperBound, bytes[index] == 0x5D else { throw refused() }
      index &+= 1
    } else {
      let start = index
      while index < value.upperBound, ByteClass.host.contains(bytes[index]) { index &+= 1 }
      guard index > start else { throw refused() }
    }
    if index == value.upperBound { return }
    guard bytes[index] == 0x3A else { throw refused() }
    let port = try readPort(bytes, &index, value.upperBound)
    if index == value.upperBound { return }
    guard bytes[index] == 0x3A, port != nil, try readPort(bytes, &index, value.upperBound) == port,
      index == value.upperBound
    else { throw refused() }
  }

  /// Digits after a colon; RFC 3986 §3.2.3 allows none of them.
  private static func readPort(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int)
    throws(HTTPError) -> Int?
  {
    index &+= 1
    var port: Int?
    while index < end, let digit = ASCII.digit(bytes[index]) {
      port = (port ?? 0) * 10 + Int(digit)
      if let port, port > 65_535 { throw refused() }
      index &+= 1
    }
    return port
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x3A, 0x41...0x46, 0x61...0x66, 0x2E: true
    default: false
    }
  }

  private static func refused() -> HTTPError {
    HTTPError(
      .badRequest, "Host: expected name, name:port, address or [address]:port (RFC 9110 §7.2)")
  }
}
