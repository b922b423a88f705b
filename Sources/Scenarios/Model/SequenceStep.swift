/// A part of a sequence.
package struct SequenceStep: Sendable {
  /// How many requests it decides. The last step's count does not matter.
  package var times: Int
  /// nil for `pass`.
  package var action: Action?

  package init(times: Int = 1, _ action: Action?) {
    self.times = times
    self.action = action
  }
}
