import Core
import Glibc

/// A pause, fixed or drawn for each request.
public struct Delay: Sendable, Hashable {
  /// The distribution of pauses.
  public enum Distribution: Sendable, Hashable {
    case fixed(Duration)
    /// From the first up to the second.
    case uniform(Duration, Duration)
    /// Values below zero become zero.
    case normal(mean: Duration, deviation: Duration)
    /// `sigma` is the deviation of the logarithm.
    case logNormal(median: Duration, sigma: Double)
  }

  /// The distribution of the pause.
  public var distribution: Distribution
  /// Larger values are capped at it.
  public var max: Duration

  /// Longest pause.
  public static let longest = Duration.seconds(3_600)

  /// - Parameter max: nil for an hour.
  public init(_ distribution: Distribution, max: Duration? = nil) {
    self.distribution = distribution
    self.max = max ?? Self.longest
  }

  /// A pause that is always the same.
  public init(_ duration: Duration) { self.init(.fixed(duration)) }

  /// The sigma of the log-normal distribution with this median and 99th percentile.
  public static func sigma(median: Duration, p99: Duration) -> Double {
    // 2.3263… is the standard normal distribution's 99th percentile.
    log(Double(p99.wholeNanoseconds) / Double(median.wholeNanoseconds)) / 2.326_347_874_040_841
  }

  package func draw(_ random: inout SeededRandom) -> Duration {
    let nanoseconds: Double
    switch distribution {
    case .fixed(let duration): nanoseconds = Double(duration.wholeNanoseconds)
    case .uniform(let lower, let upper):
      let span = Double(upper.wholeNanoseconds) - Double(lower.wholeNanoseconds)
      nanoseconds = Double(lower.wholeNanoseconds) + random.unit() * span
    case .normal(let mean, let deviation):
      nanoseconds =
        Double(mean.wholeNanoseconds) + random.normal() * Double(deviation.wholeNanoseconds)
    case .logNormal(let median, let sigma):
      nanoseconds = Double(median.wholeNanoseconds) * exp(random.normal() * sigma)
    }
    let bounded = Swift.min(Swift.max(nanoseconds, 0), Double(max.wholeNanoseconds))
    return .nanoseconds(Int64(bounded))
  }
}
