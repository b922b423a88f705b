extension Outcome {
  /// What the Nth request gets that the rule decides.
  ///
  /// - Parameter ordinal: from 1.
  /// - Returns: the action, nil for `pass`, and the step's number from 1, nil if there is no sequence.
  func part(_ ordinal: Int) -> (action: Action?, step: Int?) {
    switch self {
    case .action(let action): return (action, nil)
    case .pass: return (nil, nil)
    case .sequence(let steps):
      var left = ordinal
      for (index, step) in steps.enumerated() {
        left -= step.times
        if left <= 0 || index == steps.count - 1 { return (step.action, index + 1) }
      }
      return (nil, nil)
    }
  }

  /// All actions that it may choose.
  var actions: [Action] {
    switch self {
    case .action(let action): [action]
    case .pass: []
    case .sequence(let steps): steps.compactMap(\.action)
    }
  }

  /// The states that it may lead to.
  var statesReached: [String] { actions.compactMap(\.becomes) }
}
