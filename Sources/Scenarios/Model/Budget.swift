/// A budget of requests that fills up with time.
package struct Budget: Sendable, Hashable {
  /// How fast it fills up.
  package var rate: Rate
  /// How much it holds, which is what it begins with.
  package var burst: Int

  /// - Parameter burst: nil for the rate's count.
  package init(rate: Rate, burst: Int? = nil) {
    self.rate = rate
    self.burst = burst ?? rate.count
  }
}
