import FoundationEssentials

/// Files of the repository.
enum Fixture {
  static let scenarios = [
    "throttled-twice", "lost-request", "lost-response", "slow-but-fine", "down-for-10s",
    "flaky-20-percent", "resets-mid-response", "gateway-html", "expired-certificate",
    "token-expires-mid-run", "retry-after-date", "live-headers", "live-version-not-deployed",
    "chaos",
  ]

  static func scenario(_ name: String) throws -> String {
    try text("fixtures/scenarios/\(name).yaml")
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: absolute(path))), as: UTF8.self)
  }

  /// The names of all bad days, without their ending.
  static func days() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: absolute("fixtures/days"))
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }

  /// The names of all guides.
  static func guides() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: absolute("Sources/RedirectEmulator/Documentation.docc")
    ).filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }.sorted()
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: absolute(path))
  }

  private static func absolute(_ path: String) -> String {
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/" + path
  }
}
