/// The `Date` field line, made once a second. RFC 9110 §6.6.1.
package struct DateCache: Sendable {
  private var second: Int64 = .min
  private var line: [UInt8] = []

  package init() {}

  /// The whole field line, CRLF included.
  ///
  /// - Parameter now: seconds since 1970.
  package mutating func fieldLine(at now: Int64) -> [UInt8] {
    if now != second {
      second = now
      line.removeAll(keepingCapacity: true)
      line.append(contentsOf: "Date: ".utf8)
      IMFFixdate(secondsSince1970: now).append(to: &line)
      line.append(0x0D)
      line.append(0x0A)
    }
    return line
  }
}
