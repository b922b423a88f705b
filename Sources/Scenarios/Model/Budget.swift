/// A budget of requests that fills up with time.
public struct Budget: Sendable, Hashable {
  /// How fast it fills up.
  public var rate: Rate
  /// How much it holds, which is what it begins with.
  public var burst: Int

  /// - Parameter burst: nil for the rate's count.
  public init(rate: Rate, burst: Int? = nil) {
    self.rate = rate
    self.burst = burst ?? rate.count
  }
}
