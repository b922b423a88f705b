import Foundation
import TestSupport
import Testing

/// What the system knows of the process.
extension EmulatorProcess {
  func descriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
  }

  /// Processor time in hundredths of a second, proc(5): fields 14 and 15 of stat.
  func ticks() throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
  }

  /// Resident memory, proc(5): VmRSS of status, in KiB there.
  func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return 1_024
      * (try #require(line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first))
  }

  /// Whether `scripts/sanitize` runs the tests, and the program with them.
  static var isSanitized: Bool {
    let environment = ProcessInfo.processInfo.environment
    return environment["ASAN_OPTIONS"] != nil || environment["TSAN_OPTIONS"] != nil
  }

  /// The bytes of a request that is answered 204.
  static func goodRequest(_ ready: JSON) throws -> [UInt8] {
    RedirectRequest(authorization: "Bearer " + (try #require(ready["token"].text))).bytes
  }
}
