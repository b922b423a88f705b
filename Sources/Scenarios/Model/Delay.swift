import Core
import Glibc

/// A pause, fixed or drawn for each request.
package struct Delay: Sendable, Hashable {
  package enum Distribution: Sendable, Hashable {
    case fixed(DurationText)
    case uniform(DurationText, DurationText)
    /// Draws below zero are zero.
    case normal(mean: DurationText, deviation: DurationText)
    /// `sigma` is the deviation of the logarithm.
    case logNormal(median: DurationText, sigma: Double)
  }

  package var distribution: Distribution
  /// Draws above it are it.
  package var max: DurationText

  /// Longest pause.
  package static let longest = DurationText(nanoseconds: 3_600_000_000_000)

  /// - Parameter max: nil for an hour.
  package init(_ distribution: Distribution, max: DurationText? = nil) {
    self.distribution = distribution
    self.max = max ?? Self.longest
  }

  /// The sigma of the log-normal distribution with this median and 99th percentile.
  package static func sigma(median: DurationText, p99: DurationText) -> Double {
    // 2.3263… is the standard normal distribution's 99th percentile.
    log(Double(p99.nanoseconds) / Double(median.nanoseconds)) / 2.326_347_874_040_841
  }

  package func draw(_ random: inout SeededRandom) -> Duration {
    let nanoseconds: Double
    switch distribution {
    case .fixed(let duration): nanoseconds = Double(duration.nanoseconds)
    case .uniform(let lower, let upper):
      let span = Double(upper.nanoseconds) - Double(lower.nanoseconds)
      nanoseconds = Double(lower.nanoseconds) + random.unit() * span
    case .normal(let mean, let deviation):
      nanoseconds = Double(mean.nanoseconds) + random.normal() * Double(deviation.nanoseconds)
    case .logNormal(let median, let sigma):
      nanoseconds = Double(median.nanoseconds) * exp(random.normal() * sigma)
    }
    let bounded = Swift.min(Swift.max(nanoseconds, 0), Double(max.nanoseconds))
    return .nanoseconds(Int64(bounded))
  }
}
