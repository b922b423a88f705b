import Foundation
import HTTP1

/// Times as tests write them.
enum Dates {
  /// Now, or this many seconds later, as field values have it.
  static func imf(_ offset: TimeInterval = 0) -> String {
    IMFFixdate(secondsSince1970: Int64(Date().timeIntervalSince1970 + offset)).description
  }
}
