import Core

/// The `Date` field line, rendered once a second. RFC 9110 §6.6.1.
package struct DateCache: Sendable {
  private var second: Int64
  /// `Date: Sun, 06 Nov 1994 08:49:37 GMT` and CR LF.
  package private(set) var line: [UInt8]

  package init(secondsSince1970: Int64) {
    second = secondsSince1970
    line = Self.render(secondsSince1970)
  }

  /// Renders the line again if the second has changed.
  ///
  /// - Returns: whether it has.
  @discardableResult
  package mutating func update(secondsSince1970: Int64) -> Bool {
    guard secondsSince1970 != second else { return false }
    second = secondsSince1970
    line = Self.render(secondsSince1970)
    return true
  }

  private static func render(_ second: Int64) -> [UInt8] {
    var line: [UInt8] = []
    line.append("Date: ")
    IMFFixdate(secondsSince1970: second).append(to: &line)
    line.appendLineEnd()
    return line
  }
}
