/// A part of a sequence.
public struct SequenceStep: Sendable, Equatable {
  /// How many requests it decides. The last step's count does not matter.
  public var times: Int
  /// nil for `pass`.
  public var action: Action?

  /// - Parameter action: nil lets the requests through.
  public init(times: Int = 1, _ action: Action?) {
    self.times = times
    self.action = action
  }
}
