/// What a rule does to the requests that it decides.
public enum Outcome: Sendable, Equatable {
  /// The same for each request.
  case action(Action)
  /// One step after the other; the last one stays.
  case sequence([SequenceStep])
  /// Nothing: later rules are not tried.
  case pass

  /// Responds instead of the operation: ``Action/respond(_:code:message:retryAfter:)``.
  public static func respond(
    _ status: Int, code: String? = nil, message: String? = nil, retryAfter: Duration? = nil
  ) -> Outcome {
    .action(.respond(status, code: code, message: message, retryAfter: retryAfter))
  }

  /// Causes a fault on the wire: ``Action/fault(_:afterExecution:)``.
  public static func fault(_ fault: Fault, afterExecution: Bool = false) -> Outcome {
    .action(.fault(fault, afterExecution: afterExecution))
  }

  /// Pauses before the operation's own response.
  public static func delay(_ duration: Duration) -> Outcome { .action(.delay(duration)) }
}

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
