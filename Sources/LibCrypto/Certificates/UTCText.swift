import Glibc

/// Points in time for messages.
enum UTCText {
  /// `2026-11-23T10:00:00Z`.
  static func text(secondsSince1970 seconds: Int) -> String {
    var seconds = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil else { return "second \(seconds) since 1970" }
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return """
      \(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))\
      T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z
      """
  }
}
