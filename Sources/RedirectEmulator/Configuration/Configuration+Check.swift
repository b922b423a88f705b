import EventLoop
import LibCrypto
import RedirectCall

extension Configuration {
  /// What ``threads`` may be.
  public static let threadRange = 1...64
  /// What ``journalLimit`` may be.
  public static let journalLimitRange = 0...10_000_000
  /// What ``Limits/connections`` may be.
  public static let connectionRange = 1...1_000_000
  /// What ``Limits/headerBytes`` may be.
  public static let headerByteRange = 256...(16 << 20)
  /// What ``Limits/bodyBytes`` may be.
  public static let bodyByteRange = 0...(1 << 30)

  /// Everything that is wrong with the settings, but for certificates and keys, which are read at the start.
  public var problems: [ConfigurationError.Problem] {
    var problems: [ConfigurationError.Problem] = []
    func refuse(_ option: String, _ value: String?, _ expected: String) {
      problems.append(.init(option: option, value: value, message: "expected \(expected)"))
    }
    func judge(_ option: String, _ value: Int, _ range: ClosedRange<Int>) {
      if range.contains(value) { return }
      refuse(
        option, String(value), "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    if SocketAddress(host: host, port: port) == nil {
      refuse("host", host, "a numeric IPv4 or IPv6 address, or localhost")
    }
    judge("threads", threads, Self.threadRange)
    judge("journal-limit", journalLimit, Self.journalLimitRange)
    judge("max-connections", limits.connections, Self.connectionRange)
    judge("max-header", limits.headerBytes, Self.headerByteRange)
    judge("max-body", limits.bodyBytes, Self.bodyByteRange)
    for (option, time) in [
      ("idle-timeout", limits.idleTimeout), ("header-timeout", limits.headerTimeout),
    ] where time <= .zero {
      refuse(option, "\(time)", "a duration longer than 0s")
    }
    if let accessKey {
      do throws(CryptoError) {
        _ = try AccessKey(base64: accessKey)
      } catch {
        refuse("access-key", nil, "base64 of at least one byte, with its padding")
      }
    }
    for version in apiVersions where APIVersion(version) == nil {
      refuse("api-version", version, "the form 2026-03-12 or 2026-03-12-preview")
    }
    return problems
  }
}
