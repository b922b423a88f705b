import Core

/// How slowly bytes are sent: `chunk` bytes, a pause, the next ones.
public struct Pace: Sendable, Hashable {
  /// Bytes that are sent at a time.
  package let chunk: Int
  /// The time from one piece to the next.
  package let every: Duration
  /// As it was given.
  let given: Given

  struct Given: Sendable, Hashable {
    var bytesPerSecond: Int?
    var chunk: Int?
    var every: Duration?
  }

  /// - Parameters:
  ///   - chunk: bytes, from 1 to 1 MiB.
  ///   - every: from 1 ms to an hour.
  public init(chunk: Int, every: Duration) {
    self.init(chunk: chunk, every: every, given: Given(chunk: chunk, every: every))
  }

  /// This many bytes a second, in the pieces that are given or in ten a second.
  ///
  /// - Parameters:
  ///   - bytesPerSecond: from 1 to 1 GiB.
  ///   - chunk: bytes of a piece; not with `every`.
  ///   - every: from one piece to the next; not with `chunk`.
  public init(bytesPerSecond: Int, chunk: Int? = nil, every: Duration? = nil) {
    let given = Given(bytesPerSecond: bytesPerSecond, chunk: chunk, every: every)
    let rate = Swift.max(bytesPerSecond, 1)
    if let every {
      let bytes = Double(rate) * Double(every.wholeNanoseconds) / 1e9
      self.init(chunk: Int(Swift.max(Swift.min(bytes, 1e9), 1)), every: every, given: given)
    } else {
      let chunk = Swift.max(chunk ?? rate / 10, 1)
      let pause = Swift.min(Double(chunk) / Double(rate) * 1e9, 1e18)
      self.init(chunk: chunk, every: .nanoseconds(Int64(pause)), given: given)
    }
  }

  private init(chunk: Int, every: Duration, given: Given) {
    self.chunk = Swift.max(chunk, 1)
    self.every = every
    self.given = given
  }
}
