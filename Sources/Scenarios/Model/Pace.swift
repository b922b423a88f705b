import Core

/// How slowly bytes are sent: `chunk` bytes, a pause, the next ones.
package struct Pace: Sendable, Hashable {
  package var chunk: Int
  package var every: Duration

  package init(chunk: Int, every: Duration) {
    self.chunk = Swift.max(chunk, 1)
    self.every = every
  }

  /// So many bytes a second, in the pieces that are given or in ten a second.
  package init(bytesPerSecond: Int, chunk: Int? = nil, every: Duration? = nil) {
    let rate = Swift.max(bytesPerSecond, 1)
    if let every {
      let bytes = Double(rate) * Double(every.wholeNanoseconds) / 1e9
      self.init(chunk: Int(Swift.min(bytes, 1e9)), every: every)
    } else {
      let chunk = chunk ?? Swift.max(rate / 10, 1)
      self.init(chunk: chunk, every: .nanoseconds(Int64(Double(chunk) / Double(rate) * 1e9)))
    }
  }
}
